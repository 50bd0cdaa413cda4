import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { headerText, isSafeAddress } from '#signatures/keys/credentials/ask-credentials.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `gitlab://PROJECT`, by its number or path: the variables `COSIGN_PRIVATE_KEY`, `COSIGN_PUBLIC_KEY` and `COSIGN_PASSWORD` of a
 * project, as cosign makes them, by GitLab's REST interface, version 4.
 */
export const gitlabVariables: KeyProvider = {
  schemes: ['gitlab'],
  usesNetwork: true,
  async find(reference, purpose, surroundings) {
    const readVariable = openProject(reference, surroundings);
    const variable = purpose === 'sign' ? 'COSIGN_PRIVATE_KEY' : 'COSIGN_PUBLIC_KEY';
    const pem = await readVariable(variable);
    if (pem === undefined) {
      throw signatureError(
        'key-not-found',
        `${reference.name} has no variable ${variable} that GITLAB_TOKEN may read`,
        {
          hint: 'check the project and its variables; the token needs the scope api, and the role of a maintainer',
        },
      );
    }
    const password = purpose === 'sign' ? await readVariable('COSIGN_PASSWORD') : undefined;
    return {
      kind: 'pem',
      pem: Buffer.from(pem),
      password: password === undefined ? undefined : { bytes: Buffer.from(password), from: reference.name },
    };
  },
};

/** @returns what reads a variable; nothing if there is none */
function openProject(
  { path, name }: KeyReference,
  { environment, patience }: KeySurroundings,
): (variable: string) => Promise<string | undefined> {
  if (!/^[\w.-]+(?:\/[\w.-]+){0,20}$/.test(path)) {
    throw signatureError('key-not-found', `${name} is not the name of a project of GitLab`, {
      hint: 'write gitlab://GROUP/PROJECT, or gitlab:// and the number of the project',
    });
  }
  const host = environment['GITLAB_HOST'] || 'https://gitlab.com';
  const address = (host.includes('://') ? host : `https://${host}`).replace(/\/+$/, '');
  if (!isSafeAddress(address)) {
    throw signatureError('key-not-found', 'GITLAB_HOST is no address', { hint: 'it begins with https://' });
  }
  const token = environment['GITLAB_TOKEN'];
  if (!token) {
    throw signatureError('key-credentials-missing', `there is no token for ${new URL(address).host}`, {
      hint: 'set GITLAB_TOKEN to an access token with the scope api',
    });
  }
  const headers = { 'private-token': headerText(token, 'GITLAB_TOKEN') };
  const base = `${address.replace(/\/api\/v4$/, '')}/api/v4/projects/${encodeURIComponent(path)}/variables`;
  return async (variable) => {
    const url = `${base}/${variable}`;
    const { status, body } = await askService({ url, method: 'GET', headers, accept: [404] }, patience);
    if (status === 404) return undefined;
    const value = asText(asObject(parseJson(body))?.['value']);
    if (value === undefined) throw noAnswer(url, 'it has no variable');
    return value;
  };
}
