import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { runCredentialHelper, type StoredSecret } from './credential-helper.ts';
import { registryLimits } from './limits.ts';
import type { RegistryOptions } from './options.ts';

/** What we may show a registry, or the token service that it names. */
export type Credentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, to be exchanged for access tokens. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that the registry itself takes. */
  | { readonly kind: 'registry-token'; readonly token: string };

/**
 * Finds what `docker login` and `podman login` stored for a repository. The files are asked in this order, and the first with
 * an answer wins: texts that the options have; the file that the options or `REGISTRY_AUTH_FILE` name (then no other), docker's
 * `config.json`, podman's `auth.json`. In a file the order is that of docker: the host's own helper, the store for all hosts, what is in the file.
 *
 * @throws `credentials-unreadable` if a file is there but cannot be read, or a helper fails
 */
export async function findCredentials(
  host: string,
  repository: string,
  options: RegistryOptions,
): Promise<Credentials> {
  for (const text of options.credentials ?? []) {
    const found = entryOf(asMap(asObject(parseJson(text))?.['auths']), namesOf(host), repository);
    if (found !== undefined) return found;
  }
  for (const path of credentialFiles(options)) {
    const file = await readFile(path);
    const found = file === undefined ? undefined : await findIn(file, host, repository, options);
    if (found !== undefined) return found;
  }
  return { kind: 'anonymous' };
}

function credentialFiles({ dockerConfig, environment = {} }: RegistryOptions): string[] {
  if (dockerConfig !== undefined) return [join(dockerConfig, 'config.json')];
  // Empty variables are as good as none.
  const read = (name: string) => (environment[name] === '' ? undefined : environment[name]);
  const named = read('REGISTRY_AUTH_FILE');
  if (named !== undefined) return [named];
  const home = read('HOME') ?? read('USERPROFILE');
  const below = (folder: string | undefined, ...path: string[]) =>
    folder === undefined ? [] : [join(folder, ...path)];
  return [
    ...below(read('DOCKER_CONFIG') ?? below(home, '.docker')[0], 'config.json'),
    ...below(read('XDG_RUNTIME_DIR'), 'containers', 'auth.json'),
    ...below(read('XDG_CONFIG_HOME') ?? below(home, '.config')[0], 'containers', 'auth.json'),
  ];
}

interface CredentialFile {
  readonly path: string;
  readonly auths: ReadonlyMap<string, unknown>;
  readonly helpers: ReadonlyMap<string, unknown>;
  readonly store: string | undefined;
}

async function readFile(path: string): Promise<CredentialFile | undefined> {
  let bytes: Buffer | undefined;
  try {
    bytes = await collect(createReadStream(path), registryLimits.credentialFile);
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
    if (isAbsent) return undefined;
    throw unreadable(path, messageOf(error));
  }
  const body = asObject(bytes === undefined ? undefined : parseJson(bytes));
  if (body === undefined) throw unreadable(path, bytes === undefined ? 'it is too large' : 'it is not a JSON object');
  return {
    path,
    auths: asMap(body['auths']),
    helpers: asMap(body['credHelpers']),
    store: asText(body['credsStore']),
  };
}

function asMap(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(asObject(value) ?? {}));
}

async function findIn(
  { path, auths, helpers, store }: CredentialFile,
  host: string,
  repository: string,
  options: RegistryOptions,
): Promise<Credentials | undefined> {
  const names = namesOf(host);
  const helper = names.map((name) => asText(helpers.get(name))).find((name) => name !== undefined && name !== '');
  const ask = async (name: string) => {
    const stored = await runCredentialHelper(name, host === 'docker.io' ? hubKey : host, path, options);
    return stored === undefined ? undefined : credentialsOf(stored);
  };
  if (helper !== undefined) return ask(helper);
  const stored = store === undefined || store === '' ? undefined : await ask(store);
  return stored ?? entryOf(auths, names, repository);
}

const hubKey = 'https://index.docker.io/v1/';

/** How files call a host: Docker Hub has had several names. */
function namesOf(host: string): string[] {
  return host === 'docker.io' ? [hubKey, 'docker.io', 'index.docker.io', 'registry-1.docker.io'] : [host];
}

/** The entry for the repository, or the nearest folder above it, or the host; last those whose key is written as a URL. */
function entryOf(
  auths: ReadonlyMap<string, unknown>,
  names: readonly string[],
  repository: string,
): Credentials | undefined {
  const parts = repository.split('/');
  const folders = parts.map((_part, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
  for (const key of [...folders, ''].flatMap((folder) => names.map((name) => name + folder))) {
    const found = readEntry(auths.get(key));
    if (found !== undefined) return found;
  }
  for (const [key, entry] of auths) {
    const found = names.includes(hostOf(key)) ? readEntry(entry) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The host of a key such as `https://registry.example/v1/`; a key without a scheme may be a repository, and stays as it is. */
function hostOf(key: string): string {
  const url = /^https?:\/\/([^/]+)/.exec(key)?.[1] ?? key;
  return url.toLowerCase().replace(/:443$/, '');
}

function readEntry(value: unknown): Credentials | undefined {
  const entry = asObject(value);
  if (entry === undefined) return undefined;
  const identity = asText(entry['identitytoken']) ?? '';
  if (identity !== '') return { kind: 'identity-token', token: identity };
  const registry = asText(entry['registrytoken']) ?? '';
  // It becomes a header as it is.
  if (/^[\x21-\x7e]+$/.test(registry)) return { kind: 'registry-token', token: registry };
  const pair = Buffer.from(asText(entry['auth']) ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // Old versions of docker padded the password with zero bytes.
  if (colon >= 0) {
    return credentialsOf({ username: pair.slice(0, colon), secret: pair.slice(colon + 1).replaceAll('\0', '') });
  }
  return credentialsOf({ username: asText(entry['username']) ?? '', secret: asText(entry['password']) ?? '' });
}

/** The user name `<token>` says that the secret is an identity token. */
function credentialsOf({ username, secret }: StoredSecret): Credentials | undefined {
  if (secret === '') return undefined;
  if (username === '<token>') return { kind: 'identity-token', token: secret };
  return { kind: 'password', username, password: secret };
}

function unreadable(path: string, problem: string) {
  return imageError('credentials-unreadable', `the credentials in ${path} cannot be read: ${problem}`, {
    hint: 'repair or remove the file, or log in again',
  });
}
