import { sign } from 'node:crypto';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { runProgram } from '#signatures/keys/run-program.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import { metadataHost } from '#signatures/services/tokens/google-metadata.ts';
import { askForAccessToken, formRequest, headerText, isSafeAddress, readCredentialFile } from './ask-credentials.ts';
import { credentialsFrom, type CredentialPlace, type CredentialSource, type LentCredential } from './credential.ts';

/**
 * Access tokens for Google Cloud: of the environment, of the account in the file that `GOOGLE_APPLICATION_CREDENTIALS` names, of the
 * metadata server where the environment says that this is Google Cloud, else of `gcloud`, if it is there.
 */
export function googleCredentials(surroundings: KeySurroundings): CredentialSource<string> {
  return credentialsFrom([tokenInEnvironment, accountInFile, metadataServer, gcloud], surroundings, () =>
    signatureError('key-credentials-missing', 'the environment has no credentials of Google Cloud', {
      hint: 'set GOOGLE_OAUTH_ACCESS_TOKEN="$(gcloud auth print-access-token)", or GOOGLE_APPLICATION_CREDENTIALS to the file of a service account',
    }),
  );
}

const scope = 'https://www.googleapis.com/auth/cloudkms';

const tokenInEnvironment: CredentialPlace<string> = ({ environment }) => {
  for (const variable of ['GOOGLE_OAUTH_ACCESS_TOKEN', 'CLOUDSDK_AUTH_ACCESS_TOKEN']) {
    const token = environment[variable];
    if (token) return Promise.resolve({ credential: headerText(token, variable) });
  }
  return Promise.resolve(undefined);
};

const fileVariable = 'GOOGLE_APPLICATION_CREDENTIALS';

const accountInFile: CredentialPlace<string> = async (surroundings) => {
  const path = surroundings.environment[fileVariable];
  if (!path) return undefined;
  const account = asObject(parseJson(await readCredentialFile(path, fileVariable))) ?? {};
  if (account['type'] === 'service_account') return tokenOfServiceAccount(account, surroundings);
  // Federated and personal accounts take more than one exchange, which gcloud knows.
  const lent = await gcloudToken(['auth', 'application-default', 'print-access-token'], surroundings);
  if (lent !== undefined) return lent;
  throw signatureError('key-credentials-missing', `the file that ${fileVariable} names is of no service account`, {
    hint: 'install gcloud, which knows the others, or set GOOGLE_OAUTH_ACCESS_TOKEN (google-github-actions/auth: token_format: access_token)',
  });
};

const usualTokenAddress = 'https://oauth2.googleapis.com/token';
const assertionTime = 3600;

/** The account signs for itself, and gets a token for that (RFC 7523, 2.1). */
function tokenOfServiceAccount(account: JsonObject, { patience }: KeySurroundings): Promise<LentCredential<string>> {
  const address = asText(account['token_uri']) ?? usualTokenAddress;
  const issuer = asText(account['client_email']);
  const key = asText(account['private_key']);
  if (issuer === undefined || key === undefined || !isSafeAddress(address)) throw unusableAccount();
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', kid: asText(account['private_key_id']) };
  const claims = { iss: issuer, scope, aud: address, iat: now, exp: now + assertionTime };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const assertion = `${text}.${signText(text, key)}`;
  const fields = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return askForAccessToken(formRequest(address, fields), patience);
}

function signText(text: string, key: string): string {
  try {
    return sign('sha256', Buffer.from(text), key).toString('base64url');
  } catch {
    throw unusableAccount();
  }
}

function unusableAccount() {
  return signatureError('key-credentials-missing', `the file that ${fileVariable} names has no usable account`, {
    hint: 'make a new key of the service account: gcloud iam service-accounts keys create',
  });
}

const metadataServer: CredentialPlace<string> = async ({ environment, patience }) => {
  const host = metadataHost(environment);
  if (host === undefined) return undefined;
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  return askForAccessToken({ url, method: 'GET', headers: { 'metadata-flavor': 'Google' } }, patience);
};

const gcloud: CredentialPlace<string> = (surroundings) => {
  // Where it was never used it would only complain.
  const { HOME: home, CLOUDSDK_CONFIG: folder } = surroundings.environment;
  if (!home && !folder) return Promise.resolve(undefined);
  return gcloudToken(['auth', 'print-access-token'], surroundings);
};

/** Milliseconds: it is slow to start. */
const gcloudTime = 60_000;

async function gcloudToken(
  words: readonly string[],
  { environment }: KeySurroundings,
): Promise<LentCredential<string> | undefined> {
  const result = await runProgram({ name: 'gcloud', words, environment, time: gcloudTime });
  if (typeof result === 'string' || result.status !== 0) return undefined;
  // How long it lasts is not told; half an hour at least.
  return { credential: headerText(result.output.toString(), 'the token of gcloud'), until: Date.now() + 1_800_000 };
}
