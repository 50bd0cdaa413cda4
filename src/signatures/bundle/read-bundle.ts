import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { ArtifactDigest, LogEntry, Signed, SignedContent, SignerMaterial } from '#signatures/signed.ts';
import { asBase64, asLogEntry } from './wire.ts';

/** What each version of the bundle demands (protobuf-specs, sigstore_bundle.proto). */
const versions: ReadonlyMap<string, BundleRules> = new Map([
  ['application/vnd.dev.sigstore.bundle+json;version=0.1', { log: 'promise', chain: true }],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', { log: 'proof', chain: true }],
  ['application/vnd.dev.sigstore.bundle+json;version=0.3', { log: 'proof', chain: false }],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', { log: 'proof', chain: false }],
]);

interface BundleRules {
  /** What each log entry must have. */
  readonly log: 'promise' | 'proof';
  /** Whether the certificate may come as a chain. */
  readonly chain: boolean;
}

/** No honest bundle is larger; attestations of whole SBOMs are the largest. */
export const bundleLimit = 128 * 1024 * 1024;
const mostEntries = 32;

/** Whether a media type is that of a Sigstore bundle, of whatever version. */
export function isBundleType(mediaType: string): boolean {
  return mediaType.startsWith('application/vnd.dev.sigstore.bundle');
}

/** Reads a Sigstore bundle in its JSON form, versions 0.1 to 0.3. */
export function readBundle(text: string | Uint8Array): Signed | Refusal {
  if (text.length > bundleLimit) return refuse('format-too-large', `the bundle has ${text.length} bytes`);
  const bundle = asObject(parseJson(text));
  if (bundle === undefined) return refuse('format-invalid', 'the bundle is not JSON');
  const rules = versions.get(asText(bundle['mediaType']) ?? '');
  if (rules === undefined) {
    return refuse('bundle-version-unknown', `"${asText(bundle['mediaType']) ?? ''}" is no bundle that we know`);
  }
  const material = asObject(bundle['verificationMaterial']) ?? {};
  const signer = readSigner(material, rules);
  if (isRefusal(signer)) return signer;
  const log = readLog(material, rules);
  if (isRefusal(log)) return log;
  const content = readContent(bundle);
  if (isRefusal(content)) return content;
  const timestamps = readTimestamps(material);
  if (isRefusal(timestamps)) return timestamps;
  const { signature } = content;
  return {
    content: content.content,
    signature,
    signer,
    log,
    timestamps: timestamps.map((der) => ({ der, over: [signature] })),
  };
}

function readSigner(material: JsonObject, { chain }: BundleRules): SignerMaterial | Refusal {
  const key = asObject(material['publicKey']);
  if (key !== undefined) return { kind: 'key', hint: asText(key['hint']) };
  const single = asObject(material['certificate']);
  if (single !== undefined) return certificates([single]);
  const several = asObject(material['x509CertificateChain']);
  if (several === undefined) return refuse('key-missing', 'the bundle has neither a certificate nor a key');
  if (!chain) return refuse('format-invalid', 'a bundle of this version must have one certificate, not a chain');
  return certificates(asList(several['certificates']).map(asObject));
}

function certificates(written: readonly (JsonObject | undefined)[]): SignerMaterial | Refusal {
  const [leaf, ...intermediates] = written.map((one) => asBase64(one?.['rawBytes']));
  if (leaf === undefined || leaf.length === 0) return refuse('key-missing', 'the bundle has no certificate');
  if (intermediates.length > mostEntries) return refuse('format-too-large', 'the chain of certificates is too long');
  for (const der of intermediates) {
    if (der === undefined) return refuse('format-invalid', 'a certificate of the bundle is not base64');
    if (isRoot(der)) return refuse('bundle-with-root', 'the bundle brings its own root, which proves nothing');
  }
  return { kind: 'certificate', leaf, intermediates: intermediates.filter((der) => der !== undefined) };
}

/** Whether it is issued by itself. One that cannot be read is no root; it will be refused where it is needed. */
function isRoot(der: Buffer): boolean {
  const certificate = readCertificate(der);
  return certificate?.subject.equals(certificate.issuer) === true;
}

function readLog(material: JsonObject, rules: BundleRules): readonly LogEntry[] | Refusal {
  const written = asList(material['tlogEntries']);
  if (written.length > mostEntries) return refuse('format-too-large', `the bundle has ${written.length} log entries`);
  const entries: LogEntry[] = [];
  for (const one of written) {
    const entry = asLogEntry(one);
    if (entry === undefined) return refuse('format-invalid', 'a log entry of the bundle is not whole');
    if (rules.log === 'promise' && entry.promise === undefined) {
      return refuse('bundle-incomplete', 'a log entry has no inclusion promise');
    }
    if (rules.log === 'proof' && entry.proof?.checkpoint === undefined) {
      return refuse('bundle-incomplete', 'a log entry has no inclusion proof with a checkpoint');
    }
    entries.push(entry);
  }
  return entries;
}

function readContent(bundle: JsonObject): { content: SignedContent; signature: Buffer } | Refusal {
  const envelope = asObject(bundle['dsseEnvelope']);
  if (envelope !== undefined) return readEnvelope(envelope);
  const message = asObject(bundle['messageSignature']);
  const signature = asBase64(message?.['signature']);
  if (message === undefined || signature === undefined || signature.length === 0) {
    return refuse('format-invalid', 'the bundle has no readable signature');
  }
  const written = asObject(message['messageDigest']);
  const stated = written === undefined ? undefined : readDigest(written);
  if (isRefusal(stated)) return stated;
  return { content: { kind: 'artifact', stated }, signature };
}

const algorithms: Readonly<Record<string, ArtifactDigest['algorithm']>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

function readDigest(written: JsonObject): ArtifactDigest | Refusal {
  const algorithm = algorithms[asText(written['algorithm']) ?? ''];
  const value = asBase64(written['digest']);
  if (algorithm === undefined || value === undefined) return refuse('format-invalid', 'the digest cannot be read');
  return { algorithm, value };
}

/** A DSSE envelope as JSON, which is the same in a bundle and alone. */
export function readEnvelope(envelope: JsonObject): { content: SignedContent; signature: Buffer } | Refusal {
  const payload = asBase64(envelope['payload']);
  const payloadType = asText(envelope['payloadType']);
  const [first, ...more] = asList(envelope['signatures']);
  const signature = asBase64(asObject(first)?.['sig']);
  if (payload === undefined || payloadType === undefined || signature === undefined || signature.length === 0) {
    return refuse('format-invalid', 'the envelope is not whole');
  }
  if (more.length > 0) return refuse('format-unsupported', 'the envelope has several signatures');
  return { content: { kind: 'dsse', payloadType, payload }, signature };
}

function readTimestamps(material: JsonObject): readonly Buffer[] | Refusal {
  const data = asObject(material['timestampVerificationData']);
  const written = asList(data?.['rfc3161Timestamps']);
  if (written.length > mostEntries) return refuse('format-too-large', `the bundle has ${written.length} timestamps`);
  const timestamps = written.map((one) => asBase64(asObject(one)?.['signedTimestamp']));
  const read = timestamps.filter((der) => der !== undefined);
  return read.length < written.length ? refuse('format-invalid', 'a timestamp is not base64') : read;
}
