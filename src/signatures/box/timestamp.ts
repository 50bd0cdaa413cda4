import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { algorithmOf, signWith } from './algorithm.ts';
import { createCertificate, type Certificate } from './certificate.ts';
import { der } from '#signatures/certificate/der.ts';
import {
  authorityExtension,
  authorityKeyExtension,
  keyUsageExtension,
  purposeExtension,
  subjectKeyExtension,
} from './extensions.ts';

/** A timestamp authority (RFC 3161) with a certificate under a root of its own. */
export interface TimestampAuthority {
  /** Signing certificate, then root. */
  readonly chain: readonly Certificate[];
  readonly uri: string;
  /** Vouches that a digest existed at a time. @returns a TimeStampResp in DER (RFC 3161, 2.4.2) */
  stamp(request: StampRequest): Buffer;
}

export interface StampRequest {
  /** SHA-256 of what is stamped. */
  readonly imprint: Uint8Array;
  /** Whole seconds. */
  readonly at: Date;
  /** Repeated from the request that it answers, if that had one. */
  readonly nonce?: bigint;
  /** Whether the answer carries the signing certificate; Sigstore's own authority is asked to. */
  readonly withCertificate?: boolean;
  /** Spoils the signature. */
  readonly forged?: boolean;
}

/** Makes a timestamp authority with keys of its own. Its certificates are valid `from` … `until`. */
export function createTimestampAuthority(options: {
  readonly from: Date;
  readonly until: Date;
  readonly uri: string;
}): TimestampAuthority {
  const rootKeys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { notBefore: options.from, notAfter: options.until };
  const root = createCertificate({
    ...validity,
    subject: { organization: 'sigstore.box', commonName: 'box-tsa-root' },
    publicKey: rootKeys.publicKey,
    issuer: { privateKey: rootKeys.privateKey },
    extensions: [
      keyUsageExtension('certificateSigning'),
      authorityExtension(0),
      subjectKeyExtension(rootKeys.publicKey),
    ],
  });
  const certificate = createCertificate({
    ...validity,
    subject: { organization: 'sigstore.box', commonName: 'box-tsa' },
    publicKey: keys.publicKey,
    issuer: { privateKey: rootKeys.privateKey, certificate: root },
    extensions: [
      keyUsageExtension('digitalSignature'),
      subjectKeyExtension(keys.publicKey),
      authorityKeyExtension(rootKeys.publicKey),
      purposeExtension('timeStamping'),
    ],
  });
  return {
    chain: [certificate, root],
    uri: options.uri,
    stamp(request) {
      const token = signedData(certificate, keys.privateKey, request);
      // PKIStatusInfo 0 is "granted".
      return der.sequence(der.sequence(der.integer(0)), der.sequence(der.oid(oids.signedData), der.context(0, token)));
    },
  };
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  /** The policy that Sigstore's authority names. */
  policy: '1.3.6.1.4.1.57264.2',
} as const;

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const sha256Identifier = der.sequence(der.oid(oids.sha256));

/** CMS SignedData around the TSTInfo (RFC 5652, 5.1). */
function signedData(certificate: Certificate, key: KeyObject, request: StampRequest): Buffer {
  const info = timestampInfo(request);
  const attributes = der.set(
    attribute(oids.contentType, der.oid(oids.tstInfo)),
    attribute(oids.signingTime, der.time(request.at)),
    attribute(oids.messageDigest, der.octets(sha256(info))),
    attribute(oids.signingCertificateV2, signingCertificate(certificate)),
  );
  const signature = signWith(key, request.forged === true ? Buffer.concat([attributes, Buffer.of(0)]) : attributes);
  // Signed as a SET, written with the tag [0] (RFC 5652, 5.4).
  const written = Buffer.from(attributes);
  written[0] = 0xa0;
  const signer = der.sequence(
    der.integer(1),
    der.sequence(certificate.issuer, der.integer(certificate.serial)),
    sha256Identifier,
    written,
    algorithmOf(key).identifier,
    der.octets(signature),
  );
  return der.sequence(
    der.integer(3),
    der.set(sha256Identifier),
    der.sequence(der.oid(oids.tstInfo), der.context(0, der.octets(info))),
    ...(request.withCertificate === true ? [der.context(0, certificate.der)] : []),
    der.set(signer),
  );
}

/** TSTInfo (RFC 3161, 2.4.2), accurate to a second; its serial number follows from its content. */
function timestampInfo({ imprint, at, nonce }: StampRequest): Buffer {
  const hash = der.sequence(der.oid(oids.sha256), der.null());
  const time = der.generalizedTime(at);
  return der.sequence(
    der.integer(1),
    der.oid(oids.policy),
    der.sequence(hash, der.octets(imprint)),
    der.integer(sha256(Buffer.concat([imprint, time])).subarray(0, 8)),
    time,
    der.sequence(der.integer(1)),
    ...(nonce === undefined ? [] : [der.integer(nonce)]),
  );
}

/** SigningCertificateV2 (RFC 5035): SHA-256 of the certificate, its issuer and its serial number. */
function signingCertificate({ der: bytes, issuer, serial }: Certificate): Buffer {
  const issuerSerial = der.sequence(der.sequence(der.context(4, issuer)), der.integer(serial));
  return der.sequence(der.sequence(der.sequence(der.octets(sha256(bytes)), issuerSerial)));
}

function attribute(type: string, value: Buffer): Buffer {
  return der.sequence(der.oid(type), der.set(value));
}
