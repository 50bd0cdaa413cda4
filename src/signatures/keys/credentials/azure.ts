import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { runProgram } from '#signatures/keys/run-program.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import { askForAccessToken, formRequest, headerText, isSafeAddress, readCredentialFile } from './ask-credentials.ts';
import { credentialsFrom, type CredentialPlace, type CredentialSource } from './credential.ts';

/** One of the clouds of Azure, which know nothing of each other. */
export interface AzureCloud {
  /** Where its accounts log in. */
  readonly authority: string;
  /** For whom a token is, such as `https://vault.azure.net`. */
  readonly resource: string;
}

/**
 * Access tokens for Azure: of the application that the environment names, by a token of the cluster or CI system or by a secret; of
 * the managed identity where `IDENTITY_ENDPOINT` says so; else of `az`, if it is there.
 */
export function azureCredentials(cloud: AzureCloud, surroundings: KeySurroundings): CredentialSource<string> {
  const places = [application, managedIdentity, azureCli].map((place) => place(cloud));
  return credentialsFrom(places, surroundings, () =>
    signatureError('key-credentials-missing', 'the environment has no credentials of Azure', {
      hint: 'set AZURE_TENANT_ID, AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; or log in: az login',
    }),
  );
}

/** OAuth 2.0 client credentials (RFC 6749, 4.4), with a secret or an assertion (RFC 7523, 2.2). */
function application(cloud: AzureCloud): CredentialPlace<string> {
  return async ({ environment, patience }) => {
    const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client } = environment;
    const proof = await proofIn(environment);
    if (!tenant || !client || proof === undefined) return undefined;
    const authority = environment['AZURE_AUTHORITY_HOST'] || cloud.authority;
    if (!isSafeAddress(authority) || !/^[\w.-]{1,255}$/.test(tenant)) {
      throw signatureError('key-credentials-missing', 'it is not said where the application of Azure logs in', {
        hint: 'check AZURE_TENANT_ID and AZURE_AUTHORITY_HOST',
      });
    }
    const url = new URL(`/${tenant}/oauth2/v2.0/token`, authority).href;
    const fields = { grant_type: 'client_credentials', client_id: client, scope: `${cloud.resource}/.default` };
    return askForAccessToken(formRequest(url, { ...fields, ...proof }), patience);
  };
}

const tokenFile = 'AZURE_FEDERATED_TOKEN_FILE';

async function proofIn(environment: KeySurroundings['environment']): Promise<Record<string, string> | undefined> {
  const { AZURE_CLIENT_SECRET: secret, [tokenFile]: path } = environment;
  if (secret) return { client_secret: secret };
  if (!path) return undefined;
  const client_assertion = (await readCredentialFile(path, tokenFile)).trim();
  return { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion };
}

/** App Service, Functions and Container Apps. */
function managedIdentity({ resource }: AzureCloud): CredentialPlace<string> {
  return async ({ environment, patience }) => {
    const { IDENTITY_ENDPOINT: address, IDENTITY_HEADER: header, AZURE_CLIENT_ID: client } = environment;
    if (!address || !header) return undefined;
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      throw signatureError('key-credentials-missing', 'IDENTITY_ENDPOINT is no address', { hint: 'check it' });
    }
    const url = new URL(address);
    url.search = new URLSearchParams({
      'api-version': '2019-08-01',
      resource,
      ...(client && { client_id: client }),
    }).toString();
    const headers = { 'x-identity-header': headerText(header, 'IDENTITY_HEADER') };
    return askForAccessToken({ url: url.href, method: 'GET', headers }, patience);
  };
}

/** Milliseconds: it is slow to start. */
const azTime = 60_000;

function azureCli({ resource }: AzureCloud): CredentialPlace<string> {
  return async ({ environment }) => {
    // Where it was never used it would only complain.
    if (!environment['HOME'] && !environment['AZURE_CONFIG_DIR']) return undefined;
    const words = ['account', 'get-access-token', '--resource', resource, '--output', 'json'];
    const result = await runProgram({ name: 'az', words, environment, time: azTime });
    if (typeof result === 'string' || result.status !== 0) return undefined;
    const answer = asObject(parseJson(result.output));
    const token = asText(answer?.['accessToken']);
    if (token === undefined) return undefined;
    // Older ones tell only a local time; five minutes are always left.
    const end = Number(answer?.['expires_on']) * 1000;
    return { credential: headerText(token, 'the token of az'), until: end > 0 ? end : Date.now() + 300_000 };
  };
}
