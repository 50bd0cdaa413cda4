import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { algorithmOf } from '#signatures/box/algorithm.ts';
import type { Authority } from '#signatures/box/authority.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { createCertificateLog } from '#signatures/box/certificate-log.ts';
import { badRequest, type Reply } from './reply.ts';
import { readToken } from './token.ts';

/** What is asked of Fulcio. */
export interface CertificateRequest {
  /** `/api/v2/signingCert` (fulcio, fulcio.proto), or the version before. */
  readonly version: 1 | 2;
  readonly body: Buffer;
  /** The header, in which a token may be, too. */
  readonly authorization: string;
}

/**
 * Fulcio's `POST /api/v2/signingCert` and `/api/v1/signingCert` with a public key and a proof of possession; requests with a CSR are
 * refused. The certificate is valid from now.
 */
export function issueCertificate(
  authority: Authority,
  { version, body, authorization }: CertificateRequest,
  now: Date,
  fault?: 'no-sct' | 'wrong-sct',
): Reply {
  const request = asObject(parseJson(body)) ?? {};
  const written = asText(asObject(request['credentials'])?.['oidcIdentityToken']);
  const token = readToken(written ?? authorization.replace(/^bearer /i, ''), now);
  if (token === undefined) return { status: 401, message: 'the identity token is not valid' };
  const { publicKey, proof } = version === 1 ? keyInFirst(request) : keyIn(request);
  if (publicKey === undefined) return badRequest('the public key is not valid');
  if (!verify(algorithmOf(publicKey).hash ?? null, Buffer.from(token.challenge), publicKey, proof)) {
    return badRequest('the signature supplied in the request could not be verified');
  }
  const certificate = authority.issue({
    publicKey,
    identities: [token.identity],
    issuer: token.issuer,
    claims: token.claims,
    notBefore: now,
    ...(fault === 'no-sct' ? { logs: [] } : {}),
    ...(fault === 'wrong-sct' ? { logs: [createCertificateLog(authority.log)] } : {}),
  });
  const certificates = [certificate, ...authority.chain].map(({ der }) => pemOf('CERTIFICATE', der));
  if (version === 1) {
    return { status: 201, bytes: Buffer.from(certificates.join('')), type: 'application/pem-certificate-chain' };
  }
  return { status: 200, json: { signedCertificateEmbeddedSct: { chain: { certificates } } } };
}

interface ProvenKey {
  readonly publicKey: KeyObject | undefined;
  readonly proof: Buffer;
}

function keyIn(request: JsonObject): ProvenKey {
  const keyRequest = asObject(request['publicKeyRequest']);
  const pem = asText(asObject(keyRequest?.['publicKey'])?.['content']) ?? '';
  return { publicKey: keyOf(pem), proof: bytesIn(keyRequest?.['proofOfPossession']) };
}

/** There the PEM is in base64 once more. */
function keyInFirst(request: JsonObject): ProvenKey {
  const pem = bytesIn(asObject(request['publicKey'])?.['content']).toString();
  return { publicKey: keyOf(pem), proof: bytesIn(request['signedEmailAddress']) };
}

function bytesIn(value: unknown): Buffer {
  return Buffer.from(asText(value) ?? '', 'base64');
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
