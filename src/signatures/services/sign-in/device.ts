import { setTimeout as wait } from 'node:timers/promises';
import { asNumber, asObject, asText, parseJson } from '#kit/narrow.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import { formRequest } from './browser.ts';
import { readIdToken } from './id-token.ts';
import type { Issuer } from './issuer.ts';
import { createProofKey } from './proof-key.ts';
import { refused } from './redirect.ts';

const longestWait = 15 * 60;

/**
 * Lets a person sign in with a browser elsewhere, where this machine has none (RFC 8628).
 * @param show tells the person where to go, and the code to give there
 * @param second milliseconds; tests are less patient
 * @returns an identity token
 * @throws `token-missing`, `token-invalid`, `service-…`
 */
export async function signInElsewhere(
  issuer: Issuer,
  show: (url: string, code: string) => void,
  second = 1000,
): Promise<string> {
  if (issuer.device === undefined) throw refused(`${issuer.issuer} lets nobody sign in elsewhere`);
  const proof = createProofKey();
  const { clientId: client_id } = issuer;
  const begun = await askService(formRequest(issuer.device, { client_id, scope: 'openid email', ...proof.challenge }));
  const said = asObject(parseJson(begun.body));
  const [device, code] = [asText(said?.['device_code']), asText(said?.['user_code'])];
  const where = asText(said?.['verification_uri_complete']) ?? asText(said?.['verification_uri']);
  if (device === undefined || code === undefined || where === undefined)
    throw noAnswer(issuer.device, 'it has no code');
  show(where, code);
  let pause = bounded(asNumber(said?.['interval']) ?? 5, 1, 60);
  const question = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device,
    client_id,
    code_verifier: proof.verifier,
  };
  for (let left = bounded(asNumber(said?.['expires_in']) ?? 600, 1, longestWait); left > 0; left -= pause) {
    await wait(pause * second);
    const { status, body } = await askService({ ...formRequest(issuer.token, question), accept: [400, 401, 403] });
    if (status < 300) return readIdToken(body, issuer, undefined);
    const error = asText(asObject(parseJson(body))?.['error']) ?? `status ${status}`;
    if (error === 'slow_down') pause = bounded(pause + 5, 1, 60);
    else if (error !== 'authorization_pending') throw refused(error);
  }
  throw refused('the code has expired');
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
