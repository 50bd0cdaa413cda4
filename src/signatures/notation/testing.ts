import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { RFC3161Timestamp } from '@sigstore/core';
import { digestOf, type Digest } from '#kit/digest.ts';
import { createCertificate, pemOf, type Certificate } from '#signatures/box/certificate.ts';
import { authorityExtension, keyUsageExtension, purposeExtension } from '#signatures/box/extensions.ts';
import { createTimestampAuthority, type StampRequest, type TimestampAuthority } from '#signatures/box/timestamp.ts';
import { der } from '#signatures/certificate/der.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import type { NotationTrust } from './trust/notation-trust.ts';
import { parseTrustPolicies, storeTypes } from './trust/trust-policy.ts';

/** What is signed. */
export const image: Digest = digestOf('the image');
/** From when to when certificates are valid, if it is not said. */
export const from = new Date('2025-01-01T00:00:00Z');
/** The end of that time. */
export const until = new Date('2035-01-01T00:00:00Z');
/** When signatures are made, if it is not said. */
export const at = new Date('2025-06-01T12:00:00Z');

/** A private key, and its certificate with those above it. */
export interface Signer {
  readonly key: KeyObject;
  /** The signer's certificate first, the root last. */
  readonly certificates: readonly Certificate[];
}

/** A private key of each kind. */
export const keys = {
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  rsa2048: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  rsa3072: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
};

const subject = { country: 'DE', state: 'Berlin', organization: 'example.org', commonName: 'builder' };
const authorityKey = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const intermediateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** An extension of a certificate that is not in the box. */
export function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value));
}

/** What is particular about a signer. */
export interface SignerOptions {
  readonly key?: KeyObject;
  /** Extensions of the signer's certificate. */
  readonly extensions?: readonly Buffer[];
  readonly authorityExtensions?: readonly Buffer[];
  readonly subject?: typeof subject | Record<string, never>;
  readonly from?: Date;
  readonly until?: Date;
}

const leafExtensions = [keyUsageExtension('digitalSignature'), purposeExtension('codeSigning')];
const caExtensions = [keyUsageExtension('certificateSigning'), authorityExtension()];

/** The root of all signers but those of {@link createSelfSigned}. */
const root = createCertificate({
  notBefore: from,
  notAfter: until,
  subject: { organization: 'notation.box', commonName: 'root' },
  publicKey: createPublicKey(authorityKey),
  issuer: { privateKey: authorityKey },
  extensions: caExtensions,
});

/** A signer with a certificate of an intermediate authority, which has one of a root. */
export function createSigner(options: SignerOptions = {}): Signer {
  const { key = keys.p256, extensions = leafExtensions, authorityExtensions = caExtensions } = options;
  const validity = { notBefore: options.from ?? from, notAfter: options.until ?? until };
  const intermediate = createCertificate({
    notBefore: from,
    notAfter: until,
    subject: { organization: 'notation.box', commonName: 'intermediate' },
    publicKey: createPublicKey(intermediateKey),
    issuer: { privateKey: authorityKey, certificate: root },
    extensions: authorityExtensions,
  });
  const leaf = createCertificate({
    ...validity,
    subject: options.subject ?? subject,
    publicKey: createPublicKey(key),
    issuer: { privateKey: intermediateKey, certificate: intermediate },
    extensions,
  });
  return { key, certificates: [leaf, intermediate, root] };
}

/** A signer whose certificate nobody else has issued, as `notation cert generate-test` makes them. */
export function createSelfSigned(key: KeyObject = keys.p256): Signer {
  const validity = { notBefore: from, notAfter: until };
  const publicKey = createPublicKey(key);
  const issuer = { privateKey: key };
  return {
    key,
    certificates: [createCertificate({ ...validity, subject, publicKey, issuer, extensions: leafExtensions })],
  };
}

export const timestampAuthority: TimestampAuthority = createTimestampAuthority({ from, until, uri: 'https://tsa' });

/** A token of a timestamp authority, without the answer around it. */
export function stamp(request: StampRequest, authority = timestampAuthority): Buffer {
  const answer = authority.stamp({ withCertificate: true, ...request });
  return RFC3161Timestamp.parse(Buffer.from(answer)).root.subs[1]?.toDER() ?? Buffer.alloc(0);
}

/** A trust policy document with one policy, for all repositories unless it says otherwise. */
export function policyOf(fields: object = {}): object {
  const policy = {
    name: 'test',
    registryScopes: ['*'],
    signatureVerification: { level: 'strict' },
    trustStores: ['ca:box'],
    trustedIdentities: ['x509.subject: C=DE, ST=Berlin, O=example.org'],
    ...fields,
  };
  return { version: '1.0', trustPolicies: [policy] };
}

/** Whom to believe: these roots in every store of each kind. */
export function trustOf(
  policy: object,
  roots: { readonly [type in (typeof storeTypes)[number]]?: Certificate },
): NotationTrust {
  const certificatesOf = (type: (typeof storeTypes)[number]) =>
    readCertificate(roots[type]?.der ?? Buffer.alloc(0)) ?? [];
  const [ca, signingAuthority, tsa] = storeTypes.map((type) => [certificatesOf(type)].flat());
  const loaded = { ca: ca ?? [], signingAuthority: signingAuthority ?? [], tsa: tsa ?? [] };
  return { policies: parseTrustPolicies(JSON.stringify(policy)).map((one) => ({ ...one, roots: loaded })) };
}

/** A certificate as trust stores have it. */
export function pemOfCertificate(certificate: Certificate | undefined): string {
  return pemOf('CERTIFICATE', certificate?.der ?? Buffer.alloc(0));
}
