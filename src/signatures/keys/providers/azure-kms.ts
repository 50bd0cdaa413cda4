import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import { kindOfKey } from '#signatures/keys/algorithm.ts';
import { azureCredentials, type AzureCloud } from '#signatures/keys/credentials/azure.ts';
import { ecdsaToDer } from '#signatures/keys/ecdsa-der.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `azurekms://VAULT.vault.azure.net/KEY[/VERSION]`: keys of Azure Key Vault and Managed HSM, by their REST interface, version 7.4.
 * Without a version it is the current one, and stays that for the whole run.
 */
export const azureKms: KeyProvider = {
  schemes: ['azurekms'],
  usesNetwork: true,
  async find(reference, _purpose, surroundings) {
    const { host, cloud, key, version } = partsOf(reference);
    const service = openService(reference, host, cloud, surroundings);
    const found = readKey(await service.ask(`/keys/${key}${version === undefined ? '' : `/${version}`}`), service);
    const path = `/keys/${key}/${found.version}/sign`;
    const sign = (bytes: Buffer) => signIn(service, path, found.publicKey, bytes);
    return { kind: 'remote', key: remoteSigningKey(found.publicKey, reference.name, sign) };
  },
};

const authorities = {
  public: 'https://login.microsoftonline.com',
  china: 'https://login.chinacloudapi.cn',
  government: 'https://login.microsoftonline.us',
} as const;

/** Where vaults are. No other host is asked: whoever gets a token for vaults may use them all. */
const clouds: ReadonlyMap<string, AzureCloud> = new Map(
  (
    [
      ['vault.azure.net', authorities.public],
      ['managedhsm.azure.net', authorities.public],
      ['vault.azure.cn', authorities.china],
      ['managedhsm.azure.cn', authorities.china],
      ['vault.usgovcloudapi.net', authorities.government],
      ['managedhsm.usgovcloudapi.net', authorities.government],
    ] as const
  ).map(([domain, authority]) => [domain, { authority, resource: `https://${domain}` }]),
);

interface KeyName {
  readonly host: string;
  readonly cloud: AzureCloud;
  readonly key: string;
  readonly version: string | undefined;
}

function partsOf({ path, name }: KeyReference): KeyName {
  const [, vault, domain = '', key, version] =
    /^([a-z0-9-]{1,127})\.([a-z.]{1,60})\/([a-z0-9-]{1,127})(?:\/([a-z0-9]{1,64}))?$/i.exec(path) ?? [];
  const cloud = clouds.get(domain.toLowerCase());
  if (vault !== undefined && key !== undefined && cloud !== undefined) {
    return { host: `${vault}.${domain}`.toLowerCase(), cloud, key, version };
  }
  throw signatureError('key-not-found', `${name} is not the name of a key of Azure`, {
    hint: `write azurekms://VAULT.vault.azure.net/KEY[/VERSION]; vaults are in ${[...clouds.keys()].join(', ')}`,
  });
}

interface KeyService {
  readonly address: string;
  ask(path: string, body?: object): Promise<JsonObject>;
}

function openService(
  { name }: KeyReference,
  host: string,
  cloud: AzureCloud,
  surroundings: KeySurroundings,
): KeyService {
  const address = `https://${host}`;
  const accessToken = azureCredentials(cloud, surroundings);
  return {
    address,
    async ask(path, body) {
      const url = `${address}${path}?api-version=7.4`;
      const headers = { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' };
      const method = body === undefined ? 'GET' : 'POST';
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await askService({ url, method, headers, body: text, accept: [404] }, surroundings.patience);
      if (answer.status === 404) {
        throw signatureError('key-not-found', `${host} has no ${name}`, {
          hint: 'check the names of the vault, the key and its version: az keyvault key list-versions',
        });
      }
      const data = asObject(parseJson(answer.body));
      if (data === undefined) throw noAnswer(url, 'it is not JSON');
      return data;
    },
  };
}

function readKey(answer: JsonObject, { address }: KeyService) {
  const key = asObject(answer['key']) ?? {};
  // https://VAULT.vault.azure.net/keys/KEY/VERSION
  const version = /\/([a-z0-9]{1,64})$/i.exec(asText(key['kid']) ?? '')?.[1];
  if (version === undefined) throw noAnswer(address, 'it tells no version of the key');
  // Those in hardware are called EC-HSM and RSA-HSM.
  const kty = asText(key['kty'])?.replace(/-HSM$/, '');
  const [crv, x, y, n, e] = ['crv', 'x', 'y', 'n', 'e'].map((field) => asText(key[field]));
  try {
    return { version, publicKey: createPublicKey({ key: { kty, crv, x, y, n, e }, format: 'jwk' }) };
  } catch {
    throw noAnswer(address, 'it has no public key that signs');
  }
}

const algorithms = { sha256: 'ES256', sha384: 'ES384', sha512: 'ES512' } as const;

async function signIn(service: KeyService, path: string, publicKey: KeyObject, bytes: Buffer): Promise<Buffer> {
  const { hash = 'sha256' } = kindOfKey(publicKey, path);
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const value = createHash(hash).update(bytes).digest('base64url');
  const answer = await service.ask(path, { alg: isRsa ? 'RS256' : algorithms[hash], value });
  const signature = asBase64(answer['value']);
  const der = signature === undefined || isRsa ? signature : ecdsaToDer(signature);
  if (der === undefined) throw noAnswer(service.address, 'it has no signature');
  return der;
}
