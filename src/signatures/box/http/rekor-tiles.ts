import { asObject, asText, parseJson } from '#kit/narrow.ts';
import type { Log, LogFault } from '#signatures/box/log.ts';
import { badRequest, type Reply } from './reply.ts';

/**
 * Rekor's second API, `POST /api/v2/log/entries` with a `hashedRekordRequestV002` (rekor-tiles, CLIENTS.md). The signature
 * is not verified, since the digest is all that is known of what was signed.
 */
export function addEntry(log: Log, body: Buffer, now: Date, fault?: LogFault): Reply {
  const request = asObject(asObject(parseJson(body))?.['hashedRekordRequestV002']);
  const signature = asObject(request?.['signature']);
  const verifier = asObject(signature?.['verifier']);
  const digest = asText(request?.['digest']);
  const content = asText(signature?.['content']);
  const keyDetails = asText(verifier?.['keyDetails']) ?? '';
  const algorithm = `SHA2_${/_SHA_?(256|384|512)$/.exec(keyDetails)?.[1] ?? '256'}`;
  if (digest === undefined || content === undefined || verifier === undefined) {
    return badRequest('the request has no digest, signature or verifier');
  }
  const spec = { hashedRekordV002: { data: { algorithm, digest }, signature: { content, verifier } } };
  return { status: 201, json: log.add({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }, now, fault) };
}
