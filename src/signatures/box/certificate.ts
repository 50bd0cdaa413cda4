import { createHash, type KeyObject } from 'node:crypto';
import { algorithmOf, signWith } from './algorithm.ts';
import { der } from '#signatures/certificate/der.ts';
import { sctListExtension } from './extensions.ts';

/** A distinguished name: Sigstore's authorities use the last two attributes, Notation all; empty for Sigstore's end entities. */
interface Name {
  readonly country?: string;
  readonly state?: string;
  readonly organization?: string;
  readonly commonName?: string;
}

/** An X.509 certificate (RFC 5280) with the parts that others refer to. */
export interface Certificate {
  /** The whole certificate. */
  readonly der: Buffer;
  /** Its subject as an encoded Name. */
  readonly subject: Buffer;
  /** Its issuer as an encoded Name. */
  readonly issuer: Buffer;
  /** Its serial number, big-endian. */
  readonly serial: Buffer;
  readonly publicKey: KeyObject;
}

/** Who signs a certificate: the private key, and the certificate of it unless it signs itself. */
export interface CertificateIssuer {
  readonly privateKey: KeyObject;
  readonly certificate?: Certificate;
}

export interface CertificateRequest {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly issuer: CertificateIssuer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Encoded extensions, in the order in which they are written. */
  readonly extensions: readonly Buffer[];
  /** Makes the signed certificate timestamps to embed, from the TBS of the precertificate (RFC 6962, 3.2). */
  readonly logIn?: (precertificate: Buffer) => readonly Buffer[];
}

/** Makes a certificate. Its serial number follows from its content, so that equal requests give equal numbers. */
export function createCertificate(request: CertificateRequest): Certificate {
  const subject = nameOf(request.subject);
  const issuer = request.issuer.certificate?.subject ?? subject;
  const { identifier } = algorithmOf(request.issuer.privateKey);
  const fields = [
    identifier,
    issuer,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    subject,
    spkiOf(request.publicKey),
  ];
  const serial = serialFor([...fields, ...request.extensions]);
  const toSign = (extensions: readonly Buffer[]): Buffer =>
    der.sequence(
      der.context(0, der.integer(2)),
      der.integer(serial),
      ...fields,
      der.context(3, der.sequence(...extensions)),
    );
  const precertificate = toSign(request.extensions);
  const timestamps = request.logIn?.(precertificate) ?? [];
  const signed =
    timestamps.length === 0 ? precertificate : toSign([...request.extensions, sctListExtension(timestamps)]);
  const signature = der.bits(signWith(request.issuer.privateKey, signed));
  return { der: der.sequence(signed, identifier, signature), subject, issuer, serial, publicKey: request.publicKey };
}

/** SubjectPublicKeyInfo in DER. */
export function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

/** Any DER in its text form (RFC 7468), with a line break at the end. */
export function pemOf(label: 'CERTIFICATE' | 'PUBLIC KEY', bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function nameOf({ country, state, organization, commonName }: Name): Buffer {
  const attributes = [
    ...(country === undefined ? [] : [attribute('2.5.4.6', country)]),
    ...(state === undefined ? [] : [attribute('2.5.4.8', state)]),
    ...(organization === undefined ? [] : [attribute('2.5.4.10', organization)]),
    ...(commonName === undefined ? [] : [attribute('2.5.4.3', commonName)]),
  ];
  return der.sequence(...attributes);
}

function attribute(type: string, value: string): Buffer {
  return der.set(der.sequence(der.oid(type), der.printable(value)));
}

/** Twenty octets at most, positive, never zero (RFC 5280, 4.1.2.2). */
function serialFor(content: readonly Buffer[]): Buffer {
  const serial = createHash('sha256').update(Buffer.concat(content)).digest().subarray(0, 20);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}
