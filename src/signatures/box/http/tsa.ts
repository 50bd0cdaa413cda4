import { ASN1Obj } from '@sigstore/core';
import { asNumber, asObject, asText, parseJson } from '#kit/narrow.ts';
import type { StampRequest, TimestampAuthority } from '#signatures/box/timestamp.ts';
import { badRequest, type Reply } from './reply.ts';

/**
 * `POST /api/v1/timestamp`: a TimeStampReq in DER (RFC 3161, 2.4.1 and 3.4), or the same as JSON, as Sigstore's timestamp
 * authority takes it. Digests are SHA-256 or refused.
 */
export function stampRequested(
  authority: TimestampAuthority,
  body: Buffer,
  type: string,
  now: Date,
  forged: boolean,
): Reply {
  const asked = type.startsWith('application/json') ? readJson(body) : readDer(body);
  if (asked === undefined) return badRequest('the timestamp request is not valid');
  return { status: 201, bytes: authority.stamp({ ...asked, at: now, forged }), type: 'application/timestamp-reply' };
}

type Asked = Pick<StampRequest, 'imprint' | 'nonce' | 'withCertificate'>;

const sha256 = { oid: '2.16.840.1.101.3.4.2.1', name: 'sha256', size: 32 } as const;

function readJson(body: Buffer): Asked | undefined {
  const request = asObject(parseJson(body));
  const imprint = Buffer.from(asText(request?.['artifactHash']) ?? '', 'base64');
  if (request?.['hashAlgorithm'] !== sha256.name || imprint.length !== sha256.size) return undefined;
  const nonce = asNumber(request['nonce']);
  return {
    imprint,
    withCertificate: request['certificates'] === true,
    ...(nonce === undefined ? {} : { nonce: BigInt(nonce) }),
  };
}

function readDer(body: Buffer): Asked | undefined {
  try {
    const [, imprintField, ...optional] = ASN1Obj.parseBuffer(Buffer.from(body)).subs;
    const [algorithm, digest] = imprintField?.subs ?? [];
    const imprint = digest?.value;
    if (algorithm?.subs[0]?.toOID() !== sha256.oid || imprint?.length !== sha256.size) return undefined;
    const nonce = optional.find(({ tag }) => tag.isInteger())?.toInteger();
    const withCertificate = optional.find(({ tag }) => tag.isBoolean())?.toBoolean() ?? false;
    return { imprint, withCertificate, ...(nonce === undefined ? {} : { nonce }) };
  } catch {
    return undefined;
  }
}
