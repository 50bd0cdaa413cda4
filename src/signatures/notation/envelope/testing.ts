import { sign } from 'node:crypto';
import type { Digest } from '#kit/digest.ts';
import { algorithmOfKey, pss } from '#signatures/notation/algorithm.ts';
import { at, image, type Signer } from '#signatures/notation/testing.ts';
import { cborHead, major } from './cbor.ts';
import { coseSign1, labels, toBeSigned } from './cose.ts';
import type { SigningScheme } from './notation-signature.ts';

/** An envelope that a test makes. */
export interface EnvelopeRequest {
  readonly signer: Signer;
  readonly image?: Digest;
  readonly at?: Date;
  readonly scheme?: SigningScheme;
  readonly expiry?: Date;
  /** What is signed, if it is not about an image. */
  readonly payload?: Buffer;
  /** Protected headers to write otherwise; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Headers that are not signed, likewise. */
  readonly unsigned?: Readonly<Record<string, unknown>>;
  /** Makes the countersignature. */
  readonly stamp?: (signature: Buffer) => Buffer;
  /** Changes the signature after it was made. */
  readonly forged?: boolean;
}

/** Both kinds of envelopes. */
export const kinds = ['jws', 'cose'] as const;
export type EnvelopeKind = (typeof kinds)[number];
/** What they are called where they are stored. */
export const mediaTypeOf = { jws: 'application/jose+json', cose: 'application/cose' } as const;

/** Makes an envelope. Headers go by the names that they have in a JWS. */
export function createEnvelope(kind: EnvelopeKind, request: EnvelopeRequest): Buffer {
  const payload = request.payload ?? Buffer.from(JSON.stringify(payloadOf(request.image ?? image)));
  const headers = protectedHeaders(request);
  const chain = request.signer.certificates.map(({ der }) => der);
  if (kind === 'jws') {
    const write = (bytes: Buffer) => bytes.toString('base64url');
    const parts = { protected: write(Buffer.from(JSON.stringify(headers))), payload: write(payload) };
    const signature = signWith(request, Buffer.from(`${parts.protected}.${parts.payload}`));
    const header = { x5c: chain, ...unsignedOf(request, signature) };
    // Bytes that are not signed are in plain base64.
    const written = Object.fromEntries(Object.entries(header).map(([name, value]) => [name, inBase64(value)]));
    return Buffer.from(JSON.stringify({ ...parts, header: written, signature: write(signature) }));
  }
  const protectedBytes = encode(labelled(headers));
  const signature = signWith(request, toBeSigned(protectedBytes, payload));
  const unprotected = labelled({ x5c: chain, ...unsignedOf(request, signature) });
  return encode({ tag: coseSign1, content: [protectedBytes, unprotected, payload, signature] });
}

/** The payload for an image. */
export function payloadOf(digest: string): object {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { targetArtifact: { mediaType, digest, size: 7 } };
}

const prefix = 'io.cncf.notary.';

function protectedHeaders(request: EnvelopeRequest): Record<string, unknown> {
  const { scheme = 'notary.x509', expiry, headers = {} } = request;
  const time = scheme === 'notary.x509' ? 'signingTime' : 'authenticSigningTime';
  const critical = [
    'signingScheme',
    ...(scheme === 'notary.x509' ? [] : [time]),
    ...(expiry === undefined ? [] : ['expiry']),
  ];
  return {
    alg: algorithmOfKey(request.signer.key)?.name,
    crit: critical.map((name) => prefix + name),
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    [`${prefix}signingScheme`]: scheme,
    [prefix + time]: request.at ?? at,
    ...(expiry === undefined ? {} : { [`${prefix}expiry`]: expiry }),
    ...headers,
  };
}

function unsignedOf({ stamp, unsigned = {} }: EnvelopeRequest, signature: Buffer): Record<string, unknown> {
  return { ...(stamp === undefined ? {} : { [labels.timestamp]: stamp(signature) }), ...unsigned };
}

function signWith({ signer: { key }, forged }: EnvelopeRequest, bytes: Buffer): Buffer {
  const { hash = 'sha256' } = algorithmOfKey(key) ?? {};
  const options = key.asymmetricKeyType === 'rsa' ? { key, ...pss } : { key, dsaEncoding: 'ieee-p1363' as const };
  const signature = sign(hash, bytes, options);
  if (forged === true) signature[10] = (signature[10] ?? 0) ^ 1;
  return signature;
}

function inBase64(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  return Array.isArray(value) ? value.map(inBase64) : value;
}

const coseLabels: Readonly<Record<string, number>> = {
  alg: labels.algorithm,
  crit: labels.critical,
  cty: labels.contentType,
  x5c: labels.chain,
};
const coseAlgorithms: Readonly<Record<string, number>> = {
  PS256: -37,
  PS384: -38,
  PS512: -39,
  ES256: -7,
  ES384: -35,
  ES512: -36,
};

function labelled(headers: Readonly<Record<string, unknown>>): Map<unknown, unknown> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Map(
    entries.map(([name, value]) => {
      const written = name === 'alg' && typeof value === 'string' ? (coseAlgorithms[value] ?? value) : value;
      return [coseLabels[name] ?? name, written];
    }),
  );
}

/** Writes CBOR. @throws TypeError for what it does not know */
export function encode(value: unknown): Buffer {
  if (typeof value === 'number')
    return value < 0 ? cborHead(major.negative, -1 - value) : cborHead(major.unsigned, value);
  if (typeof value === 'string') return withHead(major.text, Buffer.from(value));
  if (Buffer.isBuffer(value)) return withHead(major.bytes, value);
  if (typeof value === 'boolean') return cborHead(major.simple, value ? 21 : 20);
  if (value === null) return cborHead(major.simple, 22);
  if (value instanceof Date) return encode({ tag: 1, content: value.getTime() / 1000 });
  if (Array.isArray(value)) return Buffer.concat([cborHead(major.array, value.length), ...value.map(encode)]);
  if (value instanceof Map) {
    const entries = [...value].flatMap(([label, content]) => [encode(label), encode(content)]);
    return Buffer.concat([cborHead(major.map, value.size), ...entries]);
  }
  if (typeof value === 'object' && 'tag' in value && 'content' in value && typeof value.tag === 'number') {
    return Buffer.concat([cborHead(major.tag, value.tag), encode(value.content)]);
  }
  throw new TypeError('not for CBOR');
}

function withHead(type: number, bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(type, bytes.length), bytes]);
}
