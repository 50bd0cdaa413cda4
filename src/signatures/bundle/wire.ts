import { asList, asObject, asText } from '#kit/narrow.ts';
import type { InclusionProof, LogEntry } from '#signatures/signed.ts';

/**
 * Bytes as proto-JSON and DSSE write them: base64 of either alphabet, with or without padding and line breaks; nothing if it is
 * not that.
 */
export function asBase64(value: unknown): Buffer | undefined {
  const text = asText(value)?.replaceAll(/[\r\n]/g, '');
  const [, digits = ''] = /^([\w+/-]*)={0,2}$/.exec(text ?? '=') ?? [];
  // Four digits are three bytes; one digit over is none.
  const isWhole = text !== undefined && text.startsWith(digits) && digits.length % 4 !== 1;
  return isWhole && (digits !== '' || text === '') ? Buffer.from(digits, 'base64') : undefined;
}

/** A 64-bit number, which proto-JSON writes as a text, and older writers as a number. Negative ones are none. */
export function asInt64(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : undefined;
}

/** An entry of a transparency log (protobuf-specs, sigstore_rekor.proto); nothing if it is not whole. */
export function asLogEntry(value: unknown): LogEntry | undefined {
  const entry = asObject(value) ?? {};
  const kind = asObject(entry['kindVersion']);
  const logId = asBase64(asObject(entry['logId'])?.['keyId']);
  const index = asInt64(entry['logIndex'] ?? '0');
  const integratedTime = asInt64(entry['integratedTime'] ?? '0');
  const body = asBase64(entry['canonicalizedBody']);
  const promise = asObject(entry['inclusionPromise']);
  const proof = asObject(entry['inclusionProof']);
  if (logId === undefined || index === undefined || integratedTime === undefined || body === undefined)
    return undefined;
  const signedTimestamp = promise === undefined ? undefined : asBase64(promise['signedEntryTimestamp']);
  const readProof = proof === undefined ? undefined : asProof(proof);
  // One that is there but cannot be read must not look like one that is not there.
  if (promise !== undefined && signedTimestamp === undefined) return undefined;
  if (proof !== undefined && readProof === undefined) return undefined;
  return {
    logId,
    index,
    integratedTime: Number(integratedTime),
    kind: asText(kind?.['kind']) ?? '',
    version: asText(kind?.['version']) ?? '',
    body,
    promise: signedTimestamp,
    proof: readProof,
  };
}

/** Trees have at most 2^63 leaves. */
const mostHashes = 64;

function asProof(proof: Readonly<Record<string, unknown>>): InclusionProof | undefined {
  const index = asInt64(proof['logIndex'] ?? '0');
  const size = asInt64(proof['treeSize']);
  const root = asBase64(proof['rootHash']);
  const hashes = asList(proof['hashes']).map(asBase64);
  const read = hashes.filter((hash) => hash !== undefined);
  if (index === undefined || size === undefined || root === undefined) return undefined;
  if (read.length < hashes.length || read.length > mostHashes) return undefined;
  return { index, size, root, hashes: read, checkpoint: asText(asObject(proof['checkpoint'])?.['envelope']) };
}
