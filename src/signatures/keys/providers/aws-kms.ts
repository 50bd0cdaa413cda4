import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import { kindOf } from '#signatures/keys/algorithm.ts';
import { signForAws } from '#signatures/keys/aws-signature.ts';
import { awsCredentials } from '#signatures/keys/credentials/aws.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `awskms://[ENDPOINT]/KEY`: keys of AWS's Key Management Service, by id, ARN or alias. Credentials come from the environment
 * (`credentials/aws.ts`).
 */
export const awsKms: KeyProvider = {
  schemes: ['awskms'],
  usesNetwork: true,
  async find(reference, _purpose, surroundings) {
    const service = openService(reference, surroundings);
    const der = asBase64((await service.ask('GetPublicKey', {}))['PublicKey']);
    const publicKey = readPublicKey(der ?? Buffer.alloc(0), service.url.href);
    const sign = async (bytes: Buffer) => {
      const signature = asBase64((await service.ask('Sign', signRequest(publicKey, bytes)))['Signature']);
      if (signature === undefined) throw noAnswer(service.url.href, 'it has no signature');
      return signature;
    };
    return { kind: 'remote', key: remoteSigningKey(publicKey, reference.name, sign) };
  },
};

interface KeyService {
  readonly url: URL;
  ask(action: string, request: object): Promise<JsonObject>;
}

function openService(reference: KeyReference, surroundings: KeySurroundings): KeyService {
  const { environment, patience } = surroundings;
  const { endpoint, key } = partsOf(reference);
  const region =
    /^arn:[\w-]+:kms:([a-z0-9-]+):/.exec(key)?.[1] ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  if (region === undefined || !/^[a-z0-9-]{1,40}$/.test(region)) {
    throw signatureError('key-not-found', `it is not said in which region ${reference.name} is`, {
      hint: 'set AWS_REGION, or name the key by its ARN',
    });
  }
  const url = addressOf(reference, endpoint, region, environment);
  const credentials = awsCredentials(region, surroundings);
  return {
    url,
    async ask(action, request) {
      const body = JSON.stringify({ KeyId: key, ...request });
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` };
      const signed = signForAws({ url, region, service: 'kms', headers, body, now: new Date() }, await credentials());
      const answer = await askService({ url: url.href, headers: signed, body, accept: [400] }, patience);
      const data = asObject(parseJson(answer.body));
      if (data === undefined) throw noAnswer(url.href, 'it is not JSON');
      if (answer.status !== 400) return data;
      const problem = asText(data['__type'])?.split('#').at(-1) ?? 'a refusal';
      const code = problem === 'NotFoundException' ? 'key-not-found' : 'service-failed';
      const why =
        asText(data['message'] ?? data['Message'])
          ?.replaceAll(/[^\x20-\x7e]+/g, ' ')
          .slice(0, 200) ?? '';
      throw signatureError(code, `${url.host} does not do ${action}: ${problem} ${why}`, {
        hint: `check the key and that you may use it: aws kms get-public-key --key-id ${key}`,
      });
    },
  };
}

function partsOf({ path, name }: KeyReference): { readonly endpoint: string; readonly key: string } {
  const slash = path.indexOf('/');
  const [endpoint, key] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
  if (slash >= 0 && /^[\w:/+=,.@-]{1,2048}$/.test(key) && /^[\w.:-]*$/.test(endpoint)) return { endpoint, key };
  throw signatureError('key-not-found', `${name} is not the name of a key of AWS`, {
    hint: 'write awskms:///KEY with the id, the ARN or alias/NAME; awskms://HOST/KEY for another endpoint',
  });
}

function addressOf(
  { name }: KeyReference,
  endpoint: string,
  region: string,
  environment: KeySurroundings['environment'],
): URL {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const usual =
    environment['AWS_ENDPOINT_URL_KMS'] || environment['AWS_ENDPOINT_URL'] || `https://kms.${region}.${suffix}`;
  const address = endpoint === '' ? usual : `https://${endpoint}`;
  const url = URL.canParse(address) ? new URL('/', address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw signatureError('key-not-found', `the endpoint of ${name} is no address`, {
    hint: 'check it, AWS_ENDPOINT_URL_KMS and AWS_ENDPOINT_URL',
  });
}

function readPublicKey(der: Buffer, url: string): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw noAnswer(url, 'it has no public key');
  }
}

function signRequest(publicKey: KeyObject, bytes: Buffer): object {
  const hash = kindOf(publicKey)?.hash;
  if (hash === undefined) {
    return { Message: bytes.toString('base64'), MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' };
  }
  const prefix = publicKey.asymmetricKeyType === 'rsa' ? 'RSASSA_PKCS1_V1_5_SHA_' : 'ECDSA_SHA_';
  const digest = createHash(hash).update(bytes).digest('base64');
  return { Message: digest, MessageType: 'DIGEST', SigningAlgorithm: `${prefix}${hash.slice('sha'.length)}` };
}
