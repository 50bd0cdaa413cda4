import { signatureError } from '#signatures/errors.ts';
import { buildkite } from './buildkite.ts';
import { circleci } from './circleci.ts';
import { environmentToken } from './environment.ts';
import { fileToken } from './file.ts';
import { github } from './github.ts';
import { google } from './google.ts';
import { spiffe } from './spiffe.ts';
import type { Environment, TokenProvider } from './provider.ts';

/** Every place where a program finds out who it is, in the order in which they are asked. To add one, write its file and name it here. */
export const tokenProviders: readonly TokenProvider[] = [
  environmentToken,
  github,
  buildkite,
  circleci,
  google,
  spiffe,
  fileToken,
];

/**
 * The identity token of whatever runs this; nothing where no place has one.
 * @throws what the place throws
 */
export async function findToken(environment: Environment, audience = 'sigstore'): Promise<string | undefined> {
  for (const provider of tokenProviders) {
    const token = await provider.token(environment, audience);
    if (token !== undefined) return token;
  }
  return undefined;
}

/** That nobody says who signs. */
export function noToken() {
  const places = tokenProviders.map(({ name }) => name).join(', ');
  return signatureError('token-missing', `nobody says who signs: there is no identity token of ${places}`, {
    hint: 'sign with a key (--key FILE), or name a token (--identity-token TOKEN)',
  });
}
