import { askService } from '#signatures/services/request.ts';
import { readIdToken } from './id-token.ts';
import type { Issuer } from './issuer.ts';
import { createProofKey, randomText } from './proof-key.ts';
import { listenForCode } from './redirect.ts';

/** How long somebody may take to sign in, in milliseconds. */
const patience = 180_000;

/**
 * Lets a person sign in with a browser on this machine (OAuth 2.0, authorization code, with PKCE and a loopback redirect: RFC 8252).
 * @param show takes the person to an address
 * @returns an identity token
 * @throws `token-missing`, `token-invalid`, `service-…`
 */
export async function signInWithBrowser(issuer: Issuer, show: (url: string) => void | Promise<void>): Promise<string> {
  const [state, nonce, proof] = [randomText(), randomText(), createProofKey()];
  const redirect = await listenForCode(state, issuer.issuer, patience);
  try {
    const url = new URL(issuer.authorization);
    const question = {
      response_type: 'code',
      client_id: issuer.clientId,
      redirect_uri: redirect.url,
      scope: 'openid email',
      state,
      nonce,
      ...proof.challenge,
    };
    for (const [name, value] of Object.entries(question)) url.searchParams.set(name, value);
    await show(url.href);
    const exchange = {
      grant_type: 'authorization_code',
      code: await redirect.code,
      redirect_uri: redirect.url,
      client_id: issuer.clientId,
      code_verifier: proof.verifier,
    };
    // A code is good for one exchange.
    const { body } = await askService(formRequest(issuer.token, exchange), { timeout: 30_000, pauses: [] });
    return readIdToken(body, issuer, nonce);
  } finally {
    redirect.close();
  }
}

/** A question as forms are sent, which is how OAuth asks. */
export function formRequest(url: string, fields: Readonly<Record<string, string>>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return { url, headers, body: new URLSearchParams(fields).toString() };
}
