import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asCount, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import { kindOf } from '#signatures/keys/algorithm.ts';
import { headerText } from '#signatures/keys/credentials/ask-credentials.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `hashivault://KEY[/VERSION]` and `openbao://KEY[/VERSION]`: keys of the transit engine of HashiCorp Vault and OpenBao, whose HTTP
 * interface is the same. Without a version it is the latest, and stays that for the whole run: a rotation between reading the
 * public key and signing must not part them.
 */
export const vaultTransit: KeyProvider = {
  schemes: ['hashivault', 'openbao'],
  usesNetwork: true,
  async find(reference, _purpose, surroundings) {
    const { key, version } = partsOf(reference);
    const engine = await openEngine(reference, surroundings);
    const found = readKey(await engine.ask('GET', `keys/${key}`), reference, version, engine.address);
    const sign = (bytes: Buffer) => signIn(engine, key, found, bytes);
    return { kind: 'remote', key: remoteSigningKey(found.publicKey, reference.name, sign) };
  },
};

function partsOf({ path, name }: KeyReference): { readonly key: string; readonly version: string | undefined } {
  // What Vault allows as a name of a key; nothing in it leads to another path.
  const [, key, version] = /^(\w(?:[\w.-]{0,254}\w)?)(?:\/([1-9]\d{0,8}))?$/.exec(path) ?? [];
  if (key !== undefined) return { key, version };
  throw signatureError('key-not-found', `${name} is not the name of a key of Vault`, {
    hint: 'write hashivault://KEY or hashivault://KEY/VERSION; the path of the engine is TRANSIT_SECRET_ENGINE_PATH',
  });
}

interface Engine {
  readonly address: string;
  /** @returns the data of the answer */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<JsonObject>;
}

async function openEngine(reference: KeyReference, surroundings: KeySurroundings): Promise<Engine> {
  const { environment, patience } = surroundings;
  const names = reference.scheme === 'openbao' ? ['BAO', 'VAULT'] : ['VAULT', 'BAO'];
  const variable = (what: string) => names.map((name) => environment[`${name}_${what}`]).find((value) => value);
  const address = variable('ADDR')?.replace(/\/+$/, '');
  if (address === undefined || !/^https?:\/\/[^\s/]/.test(address) || !URL.canParse(address)) {
    throw signatureError('key-not-found', `it is not said where ${reference.name} is`, {
      hint: `set ${names[0]}_ADDR to the address of the server, such as https://vault.example:8200`,
    });
  }
  const found = variable('TOKEN') ?? (await tokenInFile(environment['HOME']));
  if (found === undefined) {
    throw signatureError('key-credentials-missing', `there is no token for ${new URL(address).host}`, {
      hint: `set ${names[0]}_TOKEN, or log in: ~/.vault-token is read`,
    });
  }
  const token = headerText(found, 'the token of Vault');
  const namespace = variable('NAMESPACE');
  const mount = (environment['TRANSIT_SECRET_ENGINE_PATH'] || 'transit').replaceAll(/^\/+|\/+$/g, '');
  const base = `${address}/v1/${mount.split('/').map(encodeURIComponent).join('/')}`;
  return {
    address,
    async ask(method, path, body) {
      const url = `${base}/${path}`;
      const { status, body: answer } = await askService(
        {
          url,
          method,
          headers: {
            'x-vault-token': token,
            'x-vault-request': 'true',
            ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
          accept: [404],
        },
        patience,
      );
      if (status === 404) {
        throw signatureError('key-not-found', `${new URL(url).host} has no ${new URL(url).pathname}`, {
          hint: 'check the name of the key and TRANSIT_SECRET_ENGINE_PATH (default: transit)',
        });
      }
      const data = asObject(asObject(parseJson(answer))?.['data']);
      if (data === undefined) throw noAnswer(url, 'it has no data');
      return data;
    },
  };
}

async function tokenInFile(home: string | undefined): Promise<string | undefined> {
  if (home === undefined) return undefined;
  const text = await readFile(join(home, '.vault-token'), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

interface VersionedKey {
  readonly publicKey: KeyObject;
  readonly version: number;
}

function readKey(data: JsonObject, { name }: KeyReference, version: string | undefined, address: string): VersionedKey {
  const wanted = asCount(version === undefined ? data['latest_version'] : Number(version));
  const versions = asObject(data['keys']);
  const found = wanted === undefined ? undefined : versions?.[String(wanted)];
  if (wanted === undefined || versions === undefined) throw noAnswer(address, 'it tells no versions of the key');
  const text = asText(asObject(found)?.['public_key']);
  if (text === undefined) {
    const known = Object.keys(versions).slice(0, 20).join(', ');
    throw signatureError('key-not-found', `${name} has no public key of version ${wanted}`, {
      hint: `its versions are ${known}; keys for encryption only have no public key`,
    });
  }
  try {
    return { publicKey: readPublicKey(text), version: wanted };
  } catch (error) {
    throw signatureError('service-invalid', `what the server gives as ${name} is no public key`, {
      hint: 'check the address: it may be another service',
      cause: error,
    });
  }
}

/** PEM; but of Ed25519 the 32 bytes of the key alone. */
function readPublicKey(text: string): KeyObject {
  if (text.includes('-----BEGIN')) return createPublicKey(text);
  const x = asBase64(text)?.toString('base64url') ?? '';
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The names of hashes in paths of the interface. */
const hashPaths = { sha256: 'sha2-256', sha384: 'sha2-384', sha512: 'sha2-512' } as const;

async function signIn(
  engine: Engine,
  key: string,
  { publicKey, version }: VersionedKey,
  bytes: Buffer,
): Promise<Buffer> {
  const hash = kindOf(publicKey)?.hash;
  // Content may be large, and a digest is enough but for Ed25519.
  const input = hash === undefined ? bytes : createHash(hash).update(bytes).digest();
  const data = await engine.ask('POST', hash === undefined ? `sign/${key}` : `sign/${key}/${hashPaths[hash]}`, {
    input: input.toString('base64'),
    prehashed: hash !== undefined,
    key_version: version,
    signature_algorithm: 'pkcs1v15',
    marshaling_algorithm: 'asn1',
  });
  // `vault:v2:` and base64.
  const signature = asBase64(asText(data['signature'])?.replace(/^[a-z]+:v\d+:/, ''));
  if (signature === undefined) throw noAnswer(engine.address, 'it has no signature');
  return signature;
}
