import { collect } from '#kit/bytes.ts';
import { asNumber, asObject, asText, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import type { Credentials } from './credentials.ts';
import type { Answer, Question } from './exchange.ts';
import { failureOf } from './failure.ts';
import { registryLimits } from './limits.ts';

/** What a token service gives out. */
export interface Token {
  readonly token: string;
  /** Milliseconds from now. */
  readonly lifetime: number;
  /** What to show next time in place of the identity token. */
  readonly refreshToken?: string;
}

/** Who asks which service for what. */
export interface TokenRequest {
  /** The registry that the token is for. */
  readonly host: string;
  readonly repository: string;
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  /** Whether they allow more than to read. */
  readonly isWrite?: boolean;
  readonly credentials: Exclude<Credentials, { kind: 'registry-token' }>;
}

/** What is sent to a token service. */
export type TokenQuestion = Pick<Question, 'method' | 'url' | 'headers' | 'body'>;

/**
 * Fetches a token: with a GET and perhaps a password (distribution, "Token Authentication Specification"), or with a POST and
 * an identity token ("OAuth2 Token Authentication").
 *
 * @throws `registry-unauthorized`, `registry-denied`, `registry-write-denied`, `registry-rate-limited`, `registry-failed`
 */
export async function fetchToken(
  request: TokenRequest,
  send: (question: TokenQuestion) => Promise<Answer>,
  now: number,
): Promise<Token> {
  const answer = await send(request.credentials.kind === 'identity-token' ? posted(request) : asked(request));
  if (answer.status !== 200) {
    const { host, repository, credentials, isWrite } = request;
    const isAnonymous = credentials.kind === 'anonymous';
    throw await failureOf(answer, { host, repository, what: 'a token', isAnonymous, isWrite }, now);
  }
  const bytes = await collect(answer.body, registryLimits.tokenBytes);
  const body = asObject(bytes === undefined ? undefined : parseJson(bytes));
  // Both names are in use, and some services write one of them empty.
  const token = [body?.['token'], body?.['access_token']].map(asText).find((text) => text !== undefined && text !== '');
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw imageError(
      'registry-failed',
      `the token service of ${request.host}, ${request.realm.host}, gave no usable token`,
      {
        hint: 'the registry may be set up wrongly; ask who runs it',
      },
    );
  }
  const refreshToken = asText(body?.['refresh_token']);
  return { token, lifetime: lifetimeOf(asNumber(body?.['expires_in'])), refreshToken };
}

function asked({ realm, service, scopes, credentials }: TokenRequest): TokenQuestion {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials.kind !== 'password') return { method: 'GET', url, headers: {} };
  url.searchParams.set('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicAuthorization(credentials) } };
}

function posted({ realm, service, scopes, credentials }: TokenRequest): TokenQuestion {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'bulla', scope: scopes.join(' ') });
  if (service !== undefined) form.set('service', service);
  if (credentials.kind === 'identity-token') form.set('refresh_token', credentials.token);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url: realm, headers, body: form.toString() };
}

/** The header value for a user name and a password (RFC 7617). */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** In seconds, 60 if it is not said. A little less is used, for the way and for clocks that differ. */
function lifetimeOf(seconds = 60): number {
  const usable = seconds * 1000 - 5_000;
  return Math.min(registryLimits.longestToken, Math.max(registryLimits.shortestToken, usable));
}
