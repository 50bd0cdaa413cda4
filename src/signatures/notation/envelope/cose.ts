import { notationAlgorithms } from '#signatures/notation/algorithm.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import { cborHead, major, readCbor, type CborMap, type CborValue } from './cbor.ts';
import type { NotationSignature } from './notation-signature.ts';
import { readSignedAttributes } from './signed-attributes.ts';

/** The tag of COSE_Sign1_Tagged (RFC 9052, 4.2). */
export const coseSign1 = 18;

/** The labels of its headers (RFC 9052, 3.1; RFC 9360, 2; signature envelope specification for COSE). */
export const labels = {
  algorithm: 1,
  critical: 2,
  contentType: 3,
  chain: 33,
  timestamp: 'io.cncf.notary.timestampSignature',
} as const;

/** Reads a COSE envelope with one signature (signature envelope specification for COSE). */
export function readCose(bytes: Buffer): NotationSignature | Refusal {
  const envelope = readCbor(bytes);
  const parts = isTag(envelope, coseSign1) && Array.isArray(envelope.content) ? envelope.content : [];
  // The parsed edge: items of a list are CBOR values.
  const [protectedBytes, unprotected, payload, signature, ...more] = parts as readonly CborValue[];
  if (!Buffer.isBuffer(protectedBytes) || !isMap(unprotected) || !Buffer.isBuffer(signature)) return invalid();
  const all = readCbor(protectedBytes);
  if (!isMap(all) || more.length > 0 || signature.length === 0) return invalid();
  if (!Buffer.isBuffer(payload)) return refuse('format-unsupported', 'what was signed is not in the envelope');
  // What is signed could be read as what is not (RFC 9052, 3).
  if ([...unprotected.keys()].some((label) => all.has(label))) return invalid();
  const algorithm = notationAlgorithms.find(({ cose }) => cose === all.get(labels.algorithm));
  if (algorithm === undefined) return refuse('signature-algorithm', 'the algorithm is none of Notation');
  const attributes = readSignedAttributes({
    contentType: all.get(labels.contentType),
    critical: all.get(labels.critical),
    all,
    asTime,
  });
  if (isRefusal(attributes)) return attributes;
  const unsigned = readUnsigned(
    unprotected.get(labels.chain) ?? all.get(labels.chain),
    unprotected.get(labels.timestamp),
  );
  if (isRefusal(unsigned)) return unsigned;
  return {
    ...attributes,
    ...unsigned,
    algorithm,
    payload,
    signature,
    signedBytes: toBeSigned(protectedBytes, payload),
  };
}

/** Sig_structure of COSE_Sign1 without external data (RFC 9052, 4.4). */
export function toBeSigned(protectedBytes: Buffer, payload: Buffer): Buffer {
  const context = Buffer.from('Signature1');
  return Buffer.concat([
    cborHead(major.array, 4),
    cborHead(major.text, context.length),
    context,
    cborHead(major.bytes, protectedBytes.length),
    protectedBytes,
    cborHead(major.bytes, 0),
    cborHead(major.bytes, payload.length),
    payload,
  ]);
}

function readUnsigned(
  chain: CborValue | undefined,
  timestamp: CborValue | undefined,
): Pick<NotationSignature, 'certificates' | 'timestamp'> | Refusal {
  const certificates = Array.isArray(chain) ? chain : [];
  const readable = certificates.filter((one) => Buffer.isBuffer(one));
  if (readable.length === 0 || readable.length < certificates.length) {
    return refuse('certificate-invalid', 'the envelope has no readable certificates');
  }
  if (timestamp !== undefined && !Buffer.isBuffer(timestamp)) {
    return refuse('timestamp-invalid', 'the timestamp cannot be read');
  }
  return { certificates: readable, timestamp };
}

/** Seconds since 1970, whole, and marked as such (RFC 8949, 3.4.2). */
function asTime(value: unknown): Date | undefined {
  const seconds = isTag(value, 1) && typeof value.content === 'number' ? value.content : Number.NaN;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

function isTag(value: unknown, number: number): value is { readonly tag: number; readonly content: CborValue } {
  return typeof value === 'object' && value !== null && 'tag' in value && value.tag === number && 'content' in value;
}

function invalid(): Refusal {
  return refuse('format-invalid', 'the document is not a COSE envelope of Notation');
}
