import { createHash } from 'node:crypto';
import { algorithmOf } from './algorithm.ts';
import { pemOf, spkiOf, type Certificate } from './certificate.ts';
import { keyOf, type Content, type Verifier } from './entry.ts';
import { envelopeJson, type EnvelopeJson } from './envelope.ts';
import type { LogEntry } from './log.ts';

/** All that a bundle says. */
export interface BundleParts {
  readonly content: Content;
  readonly verifier: Verifier;
  /** Written in place of the base64 SHA-256 of the public key, which cosign uses. */
  readonly hint?: string;
  readonly entries: readonly LogEntry[];
  /** Timestamp responses in DER. */
  readonly timestamps: readonly Buffer[];
  /** Written in place of the digest of a message. */
  readonly digest?: Buffer;
}

/** The media types that bundles have had; `0.3-parameter` is the third version in the form of the first two. */
const bundleMediaTypes = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3-parameter': 'application/vnd.dev.sigstore.bundle+json;version=0.3',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
} as const;

/** A version of the bundle format. */
export type BundleVersion = keyof typeof bundleMediaTypes;

/** A Sigstore bundle as JSON (protobuf-specs, sigstore_bundle.proto). */
export interface BundleJson {
  readonly mediaType: string;
  readonly verificationMaterial: VerificationMaterialJson & {
    readonly tlogEntries: readonly LogEntry[];
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[];
    };
  };
  readonly messageSignature?: {
    readonly messageDigest: { readonly algorithm: string; readonly digest: string };
    readonly signature: string;
  };
  readonly dsseEnvelope?: EnvelopeJson;
}

type VerificationMaterialJson =
  | { readonly certificate: CertificateJson }
  | { readonly x509CertificateChain: { readonly certificates: readonly CertificateJson[] } }
  | { readonly publicKey: { readonly hint: string } };

interface CertificateJson {
  readonly rawBytes: string;
}

/** Writes a bundle. Versions before 0.3 carry the certificate in a chain, of which it is the only one. */
export function bundleJson(version: BundleVersion, parts: BundleParts): BundleJson {
  const rfc3161Timestamps = parts.timestamps.map((stamp) => ({ signedTimestamp: stamp.toString('base64') }));
  return {
    mediaType: bundleMediaTypes[version],
    verificationMaterial: {
      ...materialOf(version, parts),
      tlogEntries: parts.entries,
      ...(rfc3161Timestamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps } }),
    },
    ...contentOf(parts),
  };
}

/** The hint that cosign gives to a bare key: base64 of SHA-256 of its SubjectPublicKeyInfo. */
function hintOf(verifier: Verifier): string {
  return createHash('sha256')
    .update(spkiOf(keyOf(verifier)))
    .digest('base64');
}

/** The annotations that cosign puts on a layer that carries a signature in the old format. */
export interface CosignAnnotations {
  readonly 'dev.cosignproject.cosign/signature': string;
  readonly 'dev.sigstore.cosign/certificate'?: string;
  readonly 'dev.sigstore.cosign/chain'?: string;
  readonly 'dev.sigstore.cosign/bundle'?: string;
  readonly 'dev.sigstore.cosign/rfc3161timestamp'?: string;
}

/**
 * Writes the same evidence as annotations (cosign, pkg/oci/static/signature.go). The signature of an envelope stands in
 * the envelope, and its annotation stays empty. Only the first entry with a promise and the first timestamp have a place.
 */
export function cosignAnnotations(parts: BundleParts, chain: readonly Certificate[]): CosignAnnotations {
  const { content, verifier } = parts;
  const promised = parts.entries.find(({ inclusionPromise }) => inclusionPromise !== undefined);
  const [stamp] = parts.timestamps;
  return {
    'dev.cosignproject.cosign/signature': content.kind === 'message' ? content.signature.toString('base64') : '',
    ...('certificate' in verifier
      ? {
          'dev.sigstore.cosign/certificate': pemOf('CERTIFICATE', verifier.certificate.der),
          'dev.sigstore.cosign/chain': chain.map(({ der }) => pemOf('CERTIFICATE', der)).join(''),
        }
      : {}),
    ...(promised === undefined ? {} : { 'dev.sigstore.cosign/bundle': JSON.stringify(cosignBundle(promised)) }),
    ...(stamp === undefined
      ? {}
      : {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({ SignedRFC3161Timestamp: stamp.toString('base64') }),
        }),
  };
}

function cosignBundle(entry: LogEntry): unknown {
  return {
    SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  };
}

function materialOf(version: BundleVersion, { verifier, hint }: BundleParts): VerificationMaterialJson {
  if (!('certificate' in verifier)) return { publicKey: { hint: hint ?? hintOf(verifier) } };
  const certificate = { rawBytes: verifier.certificate.der.toString('base64') };
  return version === '0.1' || version === '0.2'
    ? { x509CertificateChain: { certificates: [certificate] } }
    : { certificate };
}

function contentOf({ content, verifier, digest }: BundleParts): Pick<BundleJson, 'messageSignature' | 'dsseEnvelope'> {
  if (content.kind === 'envelope') return { dsseEnvelope: envelopeJson(content.envelope) };
  const hash = algorithmOf(keyOf(verifier)).hash ?? 'sha256';
  const stated = digest ?? createHash(hash).update(content.bytes).digest();
  const messageDigest = { algorithm: hash.replace('sha', 'SHA2_'), digest: stated.toString('base64') };
  return { messageSignature: { messageDigest, signature: content.signature.toString('base64') } };
}
