import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import { preAuthenticationEncoding, type LogEntry, type Signed, type SignedContent } from '#signatures/signed.ts';

/** What an entry of a log says was signed, by whom. */
interface Entered {
  readonly signature: Buffer | undefined;
  /** The digest that was entered, and of which bytes it is one. */
  readonly digest: { readonly hex: string; readonly of: 'signed' | 'payload' };
  /** DER of the certificate or of the key; nothing where the kind of entry has none. */
  readonly verifier: Buffer | undefined;
}

/** Every kind of entry there is, by kind and version (rekor/pkg/types; rekor-tiles for what comes after 0.0.1). */
const kinds: ReadonlyMap<string, (spec: JsonObject) => Entered> = new Map([
  ['hashedrekord/0.0.1', hashedRekordV1],
  ['hashedrekord/0.0.2', hashedRekordV2],
  ['dsse/0.0.1', dsseV1],
  ['dsse/0.0.2', dsseV2],
  ['intoto/0.0.1', intotoV1],
  ['intoto/0.0.2', intotoV2],
]);

/**
 * Checks that an entry is about this very signature: the same bytes, the same signature, the same signer. Else anyone could show
 * an honest entry beside something else.
 * @param key the key that has signed
 * @param artifact digest of the artifact, for signatures over one
 */
export function checkBody(entry: LogEntry, signed: Signed, key: KeyObject, artifact: string): Refusal | undefined {
  const body = asObject(parseJson(entry.body));
  const name = `${entry.kind}/${entry.version}`;
  const read = kinds.get(name);
  if (read === undefined) return refuse('log-entry-unsupported', `entries of kind "${name}" are not understood`);
  if (body === undefined || body['kind'] !== entry.kind || body['apiVersion'] !== entry.version) {
    return mismatch('is of another kind than it says');
  }
  const { signature, digest, verifier } = read(asObject(body['spec']) ?? {});
  if (signature !== undefined && !signature.equals(signed.signature)) return mismatch('has another signature');
  if (digest.hex === '' || digest.hex !== digestOf(signed.content, digest.of, artifact)) {
    return mismatch('is about something else');
  }
  if (verifier === undefined || !isSameSigner(verifier, signed, key)) return mismatch('is of another signer');
  return undefined;
}

function mismatch(problem: string): Refusal {
  return refuse('log-entry-mismatch', `the entry in the log ${problem}`);
}

function hashedRekordV1(spec: JsonObject): Entered {
  const signature = asObject(spec['signature']);
  const hash = asObject(asObject(spec['data'])?.['hash']);
  return {
    signature: requireBytes(signature?.['content']),
    digest: { hex: asText(hash?.['value']) ?? '', of: 'signed' },
    verifier: pemBytes(asObject(signature?.['publicKey'])?.['content']),
  };
}

function hashedRekordV2(spec: JsonObject): Entered {
  const inner = asObject(spec['hashedRekordV002']);
  const signature = asObject(inner?.['signature']);
  return {
    signature: requireBytes(signature?.['content']),
    digest: { hex: hexOfBase64(asObject(inner?.['data'])?.['digest']), of: 'signed' },
    verifier: verifierV2(signature?.['verifier']),
  };
}

function dsseV1(spec: JsonObject): Entered {
  const [signature, ...more] = asList(spec['signatures']).map(asObject);
  const hash = asObject(spec['payloadHash']);
  return {
    signature: more.length > 0 ? nothing : requireBytes(signature?.['signature']),
    digest: { hex: asText(hash?.['value']) ?? '', of: 'payload' },
    verifier: pemBytes(signature?.['verifier']),
  };
}

function dsseV2(spec: JsonObject): Entered {
  const inner = asObject(spec['dsseV002']);
  const [signature, ...more] = asList(inner?.['signatures']).map(asObject);
  return {
    signature: more.length > 0 ? nothing : requireBytes(signature?.['content']),
    digest: { hex: hexOfBase64(asObject(inner?.['payloadHash'])?.['digest']), of: 'payload' },
    verifier: verifierV2(signature?.['verifier']),
  };
}

/** The first version keeps the digest of the payload and the key, but not the signature. */
function intotoV1(spec: JsonObject): Entered {
  const content = asObject(spec['content']);
  const hash = asObject(content?.['payloadHash'] ?? content?.['hash']);
  return {
    signature: undefined,
    digest: { hex: asText(hash?.['value']) ?? '', of: 'payload' },
    verifier: pemBytes(spec['publicKey']),
  };
}

function intotoV2(spec: JsonObject): Entered {
  const content = asObject(spec['content']);
  const [signature, ...more] = asList(asObject(content?.['envelope'])?.['signatures']).map(asObject);
  // What was base64 already is written as base64 once more.
  const once = asBase64(signature?.['sig'])?.toString('latin1');
  return {
    signature: more.length > 0 ? nothing : requireBytes(once),
    digest: { hex: asText(asObject(content?.['payloadHash'])?.['value']) ?? '', of: 'payload' },
    verifier: pemBytes(signature?.['publicKey']),
  };
}

/** Equals no signature. */
const nothing = Buffer.alloc(0);

function requireBytes(value: unknown): Buffer {
  return asBase64(value) ?? nothing;
}

function hexOfBase64(value: unknown): string {
  return asBase64(value)?.toString('hex') ?? '';
}

/** A certificate or key in PEM, written as base64. */
function pemBytes(value: unknown): Buffer | undefined {
  const pem = asBase64(value)?.toString('latin1') ?? '';
  if (pem.includes('CERTIFICATE')) return readPemCertificates(pem)?.[0];
  try {
    return createPublicKey(pem).export({ format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function verifierV2(value: unknown): Buffer | undefined {
  const verifier = asObject(value);
  const certificate = asObject(verifier?.['x509Certificate']);
  return asBase64((certificate ?? asObject(verifier?.['publicKey']))?.['rawBytes']);
}

function digestOf(content: SignedContent, of: 'signed' | 'payload', artifact: string): string {
  if (content.kind === 'artifact') return artifact;
  const bytes = content.kind === 'payload' ? content.bytes : content.payload;
  const isWhole = of === 'signed' && content.kind === 'dsse';
  const hashed = isWhole ? preAuthenticationEncoding(content.payloadType, content.payload) : bytes;
  return createHash('sha256').update(hashed).digest('hex');
}

/** The very certificate, or the very key. */
function isSameSigner(entered: Buffer, { signer }: Signed, key: KeyObject): boolean {
  if (signer.kind === 'certificate' && readCertificate(entered) !== undefined) return entered.equals(signer.leaf);
  return entered.equals(key.export({ format: 'der', type: 'spki' }));
}
