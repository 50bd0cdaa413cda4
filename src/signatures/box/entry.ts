import { createHash, type KeyObject } from 'node:crypto';
import { algorithmOf } from './algorithm.ts';
import { pemOf, spkiOf, type Certificate } from './certificate.ts';
import { envelopeJson, preAuthEncoding, type Envelope } from './envelope.ts';

/** What was signed: bytes, or a statement in an envelope. */
export type Content =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly signature: Buffer }
  | { readonly kind: 'envelope'; readonly envelope: Envelope };

/** Who signed it: the certificate, or the bare key. */
export type Verifier = { readonly certificate: Certificate } | { readonly publicKey: KeyObject };

/** The body of a log entry, to be written in canonical form. */
export interface EntryBody {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: unknown;
}

/** The kinds of entries that Rekor v1 has for messages and envelopes. */
export type EntryKind = 'hashedrekord' | 'dsse' | 'intoto-0.0.1' | 'intoto-0.0.2';

/** An entry of Rekor v1 (rekor, pkg/types). A `hashedrekord` of an envelope records its pre-authentication encoding. */
export function entryV1(kind: EntryKind, content: Content, verifier: Verifier): EntryBody {
  const pem = Buffer.from(verifierPem(verifier)).toString('base64');
  const signature = signatureOf(content).toString('base64');
  if (kind === 'hashedrekord') {
    const { hash, digest } = signedDigest(content, verifier);
    return entry('hashedrekord', '0.0.1', {
      data: { hash: { algorithm: hash, value: digest.toString('hex') } },
      signature: { content: signature, publicKey: { content: pem } },
    });
  }
  if (content.kind !== 'envelope') throw new TypeError(`an entry of kind ${kind} records envelopes`);
  const { envelope } = content;
  const envelopeHash = sha256(Buffer.from(JSON.stringify(envelopeJson(envelope))));
  const payloadHash = sha256(envelope.payload);
  switch (kind) {
    case 'dsse':
      return entry('dsse', '0.0.1', { envelopeHash, payloadHash, signatures: [{ signature, verifier: pem }] });
    case 'intoto-0.0.1':
      return entry('intoto', '0.0.1', { content: { hash: envelopeHash, payloadHash }, publicKey: pem });
    case 'intoto-0.0.2': {
      // This kind encodes signatures twice: once as the envelope does, once as bytes of the entry.
      const signatures = [{ publicKey: pem, sig: Buffer.from(signature).toString('base64') }];
      const recorded = { payloadType: envelope.payloadType, signatures };
      return entry('intoto', '0.0.2', { content: { envelope: recorded, hash: envelopeHash, payloadHash } });
    }
  }
}

/** The entry of Rekor v2, `hashedrekord` 0.0.2 for everything (rekor-tiles, CLIENTS.md). */
export function entryV2(content: Content, verifier: Verifier): EntryBody {
  const { hash, digest } = signedDigest(content, verifier);
  const by =
    'certificate' in verifier
      ? { x509Certificate: { rawBytes: verifier.certificate.der.toString('base64') } }
      : { publicKey: { rawBytes: spkiOf(verifier.publicKey).toString('base64') } };
  return entry('hashedrekord', '0.0.2', {
    hashedRekordV002: {
      data: { algorithm: hash.replace('sha', 'SHA2_'), digest: digest.toString('base64') },
      signature: {
        content: signatureOf(content).toString('base64'),
        verifier: { keyDetails: algorithmOf(keyOf(verifier)).keyDetails, ...by },
      },
    },
  });
}

/** The signature of a content. */
export function signatureOf(content: Content): Buffer {
  return content.kind === 'message' ? content.signature : content.envelope.signature;
}

/** The public key of a verifier. */
export function keyOf(verifier: Verifier): KeyObject {
  return 'certificate' in verifier ? verifier.certificate.publicKey : verifier.publicKey;
}

/** The digest of what the signature was made over, with the hash of its algorithm. */
function signedDigest(content: Content, verifier: Verifier): { readonly hash: string; readonly digest: Buffer } {
  const bytes = content.kind === 'message' ? content.bytes : preAuthEncoding(content.envelope);
  const hash = algorithmOf(keyOf(verifier)).hash ?? 'sha256';
  return { hash, digest: createHash(hash).update(bytes).digest() };
}

function verifierPem(verifier: Verifier): string {
  return 'certificate' in verifier
    ? pemOf('CERTIFICATE', verifier.certificate.der)
    : pemOf('PUBLIC KEY', spkiOf(verifier.publicKey));
}

function entry(kind: string, apiVersion: string, spec: unknown): EntryBody {
  return { kind, apiVersion, spec };
}

function sha256(bytes: Uint8Array): { readonly algorithm: 'sha256'; readonly value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
