import { createHash, type KeyObject } from 'node:crypto';
import { der } from '#signatures/certificate/der.ts';
import { vector } from './tls.ts';

/** What a certificate vouches for (GeneralName, RFC 5280, 4.2.1.6). `username` is Fulcio's other name `57264.1.7`. */
export type Identity =
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'email'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'username'; readonly value: string };

/** What the key of a certificate may be used for (ExtendedKeyUsage, RFC 5280, 4.2.1.12). */
export type Purpose = keyof typeof purposes;

const purposes = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

const fulcio = '1.3.6.1.4.1.57264.1';

/** Basic constraints of an authority; `pathLength` is the number of authorities that may stand below it. */
export function authorityExtension(pathLength?: number): Buffer {
  const limit = pathLength === undefined ? [] : [der.integer(pathLength)];
  return extension('2.5.29.19', true, der.sequence(der.boolean(true), ...limit));
}

/** Key usage: either signing documents, or signing certificates and revocation lists. */
export function keyUsageExtension(use: 'digitalSignature' | 'certificateSigning'): Buffer {
  const bits = use === 'digitalSignature' ? der.bits(Buffer.of(0x80), 7) : der.bits(Buffer.of(0x06), 1);
  return extension('2.5.29.15', true, bits);
}

/** Extended key usage with one purpose; a timestamping certificate must mark it critical (RFC 3161, 2.3). */
export function purposeExtension(purpose: Purpose, critical = purpose === 'timeStamping'): Buffer {
  return extension('2.5.29.37', critical, der.sequence(der.oid(purposes[purpose])));
}

/** Names the key that a certificate is for (RFC 5280, 4.2.1.2). */
export function subjectKeyExtension(publicKey: KeyObject): Buffer {
  return extension('2.5.29.14', false, der.octets(keyIdOf(publicKey)));
}

/** Names the key that signed a certificate (RFC 5280, 4.2.1.1). */
export function authorityKeyExtension(publicKey: KeyObject): Buffer {
  return extension('2.5.29.35', false, der.sequence(der.contextPrimitive(0, keyIdOf(publicKey))));
}

/** Subject alternative names; critical, because Fulcio's end entities have no subject. */
export function identityExtension(identities: readonly Identity[]): Buffer {
  return extension('2.5.29.17', true, der.sequence(...identities.map(generalName)));
}

/** Fulcio's extension `1.3.6.1.4.1.57264.1.<number>`: 1 to 6 hold the bare text, later ones a UTF8String. */
export function fulcioExtension(number: number, value: string): Buffer {
  return extension(`${fulcio}.${number}`, false, number <= 6 ? Buffer.from(value, 'utf8') : der.utf8(value));
}

/** The list of signed certificate timestamps (RFC 6962, 3.3), each already serialized. */
export function sctListExtension(timestamps: readonly Buffer[]): Buffer {
  const list = Buffer.concat(timestamps.map((timestamp) => vector(timestamp, 2)));
  return extension('1.3.6.1.4.1.11129.2.4.2', false, der.octets(vector(list, 2)));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));
}

function generalName({ kind, value }: Identity): Buffer {
  switch (kind) {
    case 'email':
      return der.contextPrimitive(1, Buffer.from(value, 'latin1'));
    case 'dns':
      return der.contextPrimitive(2, Buffer.from(value, 'latin1'));
    case 'uri':
      return der.contextPrimitive(6, Buffer.from(value, 'latin1'));
    case 'username':
      return der.context(0, der.oid(`${fulcio}.7`), der.context(0, der.utf8(value)));
  }
}

/** The first 160 bits of SHA-256 of the SubjectPublicKeyInfo (RFC 7093, 2, methods 1 and 4). */
function keyIdOf(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest().subarray(0, 20);
}
