import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { algorithmOf } from '#signatures/box/algorithm.ts';
import type { Authority } from '#signatures/box/authority.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { createCertificateLog } from '#signatures/box/certificate-log.ts';
import { badRequest, type Reply } from './reply.ts';
import { readToken } from './token.ts';

/**
 * Fulcio's `POST /api/v2/signingCert` (fulcio, fulcio.proto) with a public key and a proof of possession; requests with a
 * CSR are refused. The certificate is valid from now.
 */
export function issueCertificate(authority: Authority, body: Buffer, now: Date, fault?: 'no-sct' | 'wrong-sct'): Reply {
  const request = asObject(parseJson(body));
  const token = readToken(asText(asObject(request?.['credentials'])?.['oidcIdentityToken']) ?? '', now);
  if (token === undefined) return { status: 401, message: 'the identity token is not valid' };
  const keyRequest = asObject(request?.['publicKeyRequest']);
  const publicKey = keyOf(asText(asObject(keyRequest?.['publicKey'])?.['content']) ?? '');
  if (publicKey === undefined) return badRequest('the public key is not valid');
  const proof = Buffer.from(asText(keyRequest?.['proofOfPossession']) ?? '', 'base64');
  if (!verify(algorithmOf(publicKey).hash ?? null, Buffer.from(token.challenge), publicKey, proof)) {
    return badRequest('the signature supplied in the request could not be verified');
  }
  const certificate = authority.issue({
    publicKey,
    identities: [token.identity],
    issuer: token.issuer,
    claims: token.claims,
    notBefore: now,
    ...(fault === 'no-sct' ? { logs: [] } : {}),
    ...(fault === 'wrong-sct' ? { logs: [createCertificateLog(authority.log)] } : {}),
  });
  const certificates = [certificate, ...authority.chain].map(({ der }) => pemOf('CERTIFICATE', der));
  return { status: 200, json: { signedCertificateEmbeddedSct: { chain: { certificates } } } };
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
