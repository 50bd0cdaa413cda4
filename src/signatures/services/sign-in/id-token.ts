import { asNumber, asObject, asText, asTexts, parseJson } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import type { Client } from './issuer.ts';

/**
 * The token in an answer of an issuer, if it is for us and the answer to this question (OpenID Connect Core 1.0, section 3.1.3.7).
 * Its signature is for the authority to check that it is shown to; here the connection says whom it is from.
 *
 * @param nonce what was asked with, where that is possible
 * @throws `token-invalid`
 */
export function readIdToken(answer: Buffer, { issuer, clientId }: Client, nonce: string | undefined): string {
  const token = asText(asObject(parseJson(answer))?.['id_token']) ?? '';
  const claims = asObject(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  if (claims === undefined) throw invalid(issuer, 'it gives no identity token');
  const audience = claims['aud'];
  const audiences = typeof audience === 'string' ? [audience] : asTexts(audience);
  if (asText(claims['iss']) !== issuer) throw invalid(issuer, 'the identity token is of another issuer');
  if (!audiences.includes(clientId)) throw invalid(issuer, 'the identity token is for another program');
  if (nonce !== undefined && asText(claims['nonce']) !== nonce) {
    throw invalid(issuer, 'the identity token is the answer to another question');
  }
  if ((asNumber(claims['exp']) ?? 0) * 1000 <= Date.now()) throw invalid(issuer, 'the identity token has expired');
  return token;
}

function invalid(issuer: string, problem: string) {
  return signatureError('token-invalid', `${new URL(issuer).host}: ${problem}`, {
    hint: 'sign in again; and check --oidc-issuer, --oidc-client-id and the clock of this machine',
  });
}
