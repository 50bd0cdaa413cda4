import { createHash, randomBytes } from 'node:crypto';
import { RFC3161Timestamp } from '@sigstore/core';
import { der } from '#signatures/certificate/der.ts';
import { askService, noAnswer, type Patience } from './request.ts';

const sha256 = '2.16.840.1.101.3.4.2.1';

/**
 * Asks a timestamp authority (RFC 3161, 3.4) to put its time to bytes; it sees only their digest.
 * @param url the whole address that takes requests
 * @returns its response, DER
 * @throws `service-unreachable`, `service-failed`, `service-invalid`
 */
export async function requestTimestamp(url: string, bytes: Buffer, patience?: Patience): Promise<Buffer> {
  const digest = createHash('sha256').update(bytes).digest();
  const request = der.sequence(
    der.integer(1),
    der.sequence(der.sequence(der.oid(sha256), der.null()), der.octets(digest)),
    // Not the same answer twice; and the certificate with it, so that verifiers need only the authority's root.
    der.integer(randomBytes(8)),
    der.boolean(true),
  );
  const headers = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' };
  const { body } = await askService({ url, headers, body: request }, patience);
  try {
    const answer = RFC3161Timestamp.parse(Buffer.from(body));
    const isAbout = answer.tstInfo.messageImprintHashedMessage.equals(digest);
    if (answer.status <= 1n && isAbout) return body;
  } catch {
    // The parser reads lazily, and trips over what is not there.
  }
  throw noAnswer(url, 'it has no timestamp of what was asked');
}
