import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { notationAlgorithms } from '#signatures/notation/algorithm.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { NotationSignature } from './notation-signature.ts';
import { readSignedAttributes } from './signed-attributes.ts';

const members: readonly string[] = ['payload', 'protected', 'header', 'signature'];

/** Reads a JWS in flattened JSON (RFC 7515, 7.2.2; signature envelope specification for JWS). */
export function readJws(bytes: Buffer): NotationSignature | Refusal {
  const envelope = asObject(parseJson(bytes));
  const header = asObject(envelope?.['header']);
  const written = [envelope?.['protected'], envelope?.['payload'], envelope?.['signature']].map(asBase64Url);
  const [protectedBytes, payload, signature] = written;
  const protectedHeader = protectedBytes === undefined ? undefined : asObject(parseJson(protectedBytes));
  if (envelope === undefined || header === undefined || protectedHeader === undefined) return invalid();
  if (payload === undefined || signature === undefined) return invalid();
  if (Object.keys(envelope).some((name) => !members.includes(name))) return invalid();
  // What is signed could be read as what is not (RFC 7515, 7.2.1).
  if (Object.keys(header).some((name) => Object.hasOwn(protectedHeader, name))) return invalid();
  const algorithm = notationAlgorithms.find(({ name }) => name === protectedHeader['alg']);
  if (algorithm === undefined) {
    return refuse('signature-algorithm', `no algorithm of Notation: ${asText(protectedHeader['alg']) ?? 'none'}`);
  }
  const attributes = readSignedAttributes({
    contentType: protectedHeader['cty'],
    critical: protectedHeader['crit'],
    all: new Map(Object.entries(protectedHeader)),
    asTime,
  });
  if (isRefusal(attributes)) return attributes;
  const unsigned = readUnsigned(header);
  if (isRefusal(unsigned)) return unsigned;
  // The texts, of which both are known to be texts by now, as they were written.
  const signedBytes = Buffer.from(`${String(envelope['protected'])}.${String(envelope['payload'])}`);
  return { ...attributes, ...unsigned, algorithm, payload, signature, signedBytes };
}

function readUnsigned(header: JsonObject): Pick<NotationSignature, 'certificates' | 'timestamp'> | Refusal {
  const certificates = asList(header['x5c']).map(asBase64);
  const readable = certificates.filter((one) => one !== undefined);
  if (readable.length === 0 || readable.length < certificates.length) {
    return refuse('certificate-invalid', 'the envelope has no readable certificates');
  }
  const token = header['io.cncf.notary.timestampSignature'];
  if (token === undefined) return { certificates: readable };
  const timestamp = asBase64(token);
  return timestamp === undefined
    ? refuse('timestamp-invalid', 'the timestamp cannot be read')
    : { certificates: readable, timestamp };
}

/** Base64url without padding, in the one way in which these bytes are written (RFC 7515, 2). */
function asBase64Url(value: unknown): Buffer | undefined {
  const text = asText(value);
  if (text === undefined || text === '') return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339. */
function asTime(value: unknown): Date | undefined {
  const text = asText(value) ?? '';
  const time = new Date(timePattern.test(text) ? text : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function invalid(): Refusal {
  return refuse('format-invalid', 'the document is not a JWS envelope of Notation');
}
