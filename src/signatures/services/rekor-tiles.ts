import { createHash, type KeyObject } from 'node:crypto';
import { parseJson } from '#kit/narrow.ts';
import { asLogEntry } from '#signatures/bundle/wire.ts';
import type { LogEntry, Signed } from '#signatures/signed.ts';
import { askService, noAnswer, type Patience } from './request.ts';

/**
 * Publishes a signature in a transparency log of Rekor's second version (rekor-tiles, CLIENTS.md), which has one kind of entry: the
 * digest of what was signed. It tells no time: that takes a timestamp authority.
 *
 * @throws `service-unreachable`, `service-failed`, `service-invalid`
 */
export async function publishInRekorTiles(
  url: string,
  { signature, signer }: Signed,
  bytes: Buffer,
  key: KeyObject,
  patience?: Patience,
): Promise<LogEntry> {
  const { hash, name } = detailsOf(key);
  const material =
    signer.kind === 'certificate'
      ? { x509Certificate: { rawBytes: signer.leaf.toString('base64') } }
      : { publicKey: { rawBytes: key.export({ format: 'der', type: 'spki' }).toString('base64') } };
  const request = {
    hashedRekordRequestV002: {
      digest: createHash(hash).update(bytes).digest('base64'),
      signature: { content: signature.toString('base64'), verifier: { ...material, keyDetails: name } },
    },
  };
  const { body } = await askService(
    {
      url: `${url.replace(/\/+$/, '')}/api/v2/log/entries`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
    },
    patience,
  );
  const entry = asLogEntry(parseJson(body));
  if (entry === undefined) throw noAnswer(url, 'it has no entry of a log');
  return entry;
}

/** The hash that a key signs with, and its name in protobuf-specs, sigstore_common.proto. */
function detailsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): { hash: string; name: string } {
  if (asymmetricKeyType === 'ed25519') return { hash: 'sha512', name: 'PKIX_ED25519' };
  if (asymmetricKeyType === 'rsa') {
    return { hash: 'sha256', name: `PKIX_RSA_PKCS1V15_${asymmetricKeyDetails?.modulusLength ?? 2048}_SHA256` };
  }
  switch (asymmetricKeyDetails?.namedCurve) {
    case 'secp384r1':
      return { hash: 'sha384', name: 'PKIX_ECDSA_P384_SHA_384' };
    case 'secp521r1':
      return { hash: 'sha512', name: 'PKIX_ECDSA_P521_SHA_512' };
    default:
      return { hash: 'sha256', name: 'PKIX_ECDSA_P256_SHA_256' };
  }
}
