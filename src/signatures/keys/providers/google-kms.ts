import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import { kindOfKey } from '#signatures/keys/algorithm.ts';
import { crc32c } from '#signatures/keys/crc32c.ts';
import { isSafeAddress } from '#signatures/keys/credentials/ask-credentials.ts';
import { googleCredentials } from '#signatures/keys/credentials/google.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K[/cryptoKeyVersions/V]`: keys of Google Cloud's Key Management Service, by
 * its REST interface, version 1. Without a version it is the newest that is enabled and signs, and stays that for the whole run.
 */
export const googleKms: KeyProvider = {
  schemes: ['gcpkms'],
  usesNetwork: true,
  async find(reference, _purpose, surroundings) {
    const { key, version } = partsOf(reference);
    const service = openService(reference, surroundings);
    const path = version === undefined ? await newestVersion(service, key) : `${key}/cryptoKeyVersions/${version}`;
    const publicKey = await readPublicKey(service, path, reference);
    const sign = (bytes: Buffer) => signIn(service, path, publicKey, bytes);
    return { kind: 'remote', key: remoteSigningKey(publicKey, reference.name, sign) };
  },
};

function partsOf({ path, name }: KeyReference): { readonly key: string; readonly version: string | undefined } {
  const word = String.raw`[\w-]{1,63}`;
  // Projects of an organisation may have its domain before them.
  const project = String.raw`(?:[a-z0-9][a-z0-9.-]{0,252}:)?[a-z0-9-]{1,63}`;
  const pattern = `^(projects/${project}/locations/${word}/keyRings/${word}/cryptoKeys/${word})`;
  const [, key, version] =
    new RegExp(String.raw`${pattern}(?:/(?:cryptoKeyVersions|versions)/([1-9]\d{0,8}))?$`).exec(path) ?? [];
  if (key !== undefined) return { key, version };
  throw signatureError('key-not-found', `${name} is not the name of a key of Google Cloud`, {
    hint: 'write gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY[/cryptoKeyVersions/VERSION]',
  });
}

interface KeyService {
  readonly address: string;
  ask(path: string, body?: object): Promise<JsonObject>;
}

function openService({ name }: KeyReference, surroundings: KeySurroundings): KeyService {
  const { environment, patience } = surroundings;
  // How gcloud is told of another address.
  const address = environment['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS'] || 'https://cloudkms.googleapis.com';
  if (!isSafeAddress(address)) {
    throw signatureError('key-not-found', `the address of the service of ${name} is none`, {
      hint: 'check CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS; it begins with https://',
    });
  }
  const accessToken = googleCredentials(surroundings);
  return {
    address,
    async ask(path, body) {
      const url = new URL(`/v1/${path}`, address).href;
      const headers = { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' };
      const method = body === undefined ? 'GET' : 'POST';
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await askService({ url, method, headers, body: text, accept: [404] }, patience);
      if (answer.status === 404) {
        throw signatureError('key-not-found', `${new URL(url).host} has no ${name}`, {
          hint: 'check the name of the key, and that you may see it: gcloud kms keys versions list',
        });
      }
      const data = asObject(parseJson(answer.body));
      if (data === undefined) throw noAnswer(url, 'it is not JSON');
      return data;
    },
  };
}

const mostPages = 50;

async function newestVersion(service: KeyService, key: string): Promise<string> {
  let newest = 0;
  let page = '';
  for (let count = 0; count < mostPages; count++) {
    const query = new URLSearchParams({ filter: 'state=ENABLED', pageSize: '1000', ...(page && { pageToken: page }) });
    const answer = await service.ask(`${key}/cryptoKeyVersions?${query.toString()}`);
    for (const version of asList(answer['cryptoKeyVersions']).map(asObject)) {
      const signs = version?.['state'] === 'ENABLED' && /^(?:EC|RSA)_SIGN_/.test(asText(version['algorithm']) ?? '');
      const number = /\/cryptoKeyVersions\/([1-9]\d{0,8})$/.exec(asText(version?.['name']) ?? '')?.[1];
      if (signs) newest = Math.max(newest, Number(number ?? 0));
    }
    page = asText(answer['nextPageToken']) ?? '';
    if (page === '') break;
  }
  if (page !== '') throw noAnswer(service.address, 'its list of versions does not end');
  if (newest > 0) return `${key}/cryptoKeyVersions/${newest}`;
  throw signatureError('key-not-found', `${key} has no version that is enabled and signs`, {
    hint: 'its purpose must be asymmetric-signing: gcloud kms keys versions list',
  });
}

/** How the service names what our kinds of keys sign with. */
const algorithms: Readonly<Record<string, string>> = {
  'ecdsa-p256': 'EC_SIGN_P256_SHA256',
  'ecdsa-p384': 'EC_SIGN_P384_SHA384',
  'rsa-2048': 'RSA_SIGN_PKCS1_2048_SHA256',
  'rsa-3072': 'RSA_SIGN_PKCS1_3072_SHA256',
  'rsa-4096': 'RSA_SIGN_PKCS1_4096_SHA256',
  ed25519: 'EC_SIGN_ED25519',
};

async function readPublicKey(service: KeyService, path: string, { name }: KeyReference): Promise<KeyObject> {
  const answer = await service.ask(`${path}/publicKey`);
  const pem = asText(answer['pem']) ?? '';
  checkSum(service, answer['pemCrc32c'], Buffer.from(pem));
  const key = readPem(pem, service.address);
  const algorithm = asText(answer['algorithm'])?.replaceAll(/\W+/g, ' ').slice(0, 60) ?? 'nothing';
  if (algorithms[kindOfKey(key, name).name] === algorithm) return key;
  throw signatureError('key-invalid', `${name} signs with ${algorithm}, which is not how images are signed`, {
    hint: `make a version with one of ${Object.values(algorithms).join(', ')}`,
  });
}

function readPem(pem: string, address: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw noAnswer(address, 'it has no public key');
  }
}

async function signIn(service: KeyService, path: string, publicKey: KeyObject, bytes: Buffer): Promise<Buffer> {
  const { hash } = kindOfKey(publicKey, path);
  // Of Ed25519 the content itself; the service takes 64 KiB of it.
  const input = hash === undefined ? bytes : createHash(hash).update(bytes).digest();
  const [text, sum] = [input.toString('base64'), String(crc32c(input))];
  const request =
    hash === undefined ? { data: text, dataCrc32c: sum } : { digest: { [hash]: text }, digestCrc32c: sum };
  const answer = await service.ask(`${path}:asymmetricSign`, request);
  const wasChecked = answer[hash === undefined ? 'verifiedDataCrc32c' : 'verifiedDigestCrc32c'];
  if (wasChecked !== true) throw noAnswer(service.address, 'what it was sent was damaged on its way');
  if (answer['name'] !== path) throw noAnswer(service.address, 'another key signed');
  const signature = asBase64(answer['signature']);
  if (signature === undefined) throw noAnswer(service.address, 'it has no signature');
  checkSum(service, answer['signatureCrc32c'], signature);
  return signature;
}

/** Sums are 64-bit numbers, and so written as texts. */
function checkSum({ address }: KeyService, sum: unknown, bytes: Buffer): void {
  if (sum === undefined || Number(sum) === crc32c(bytes)) return;
  throw noAnswer(address, 'it was damaged on its way');
}
