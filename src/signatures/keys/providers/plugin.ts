import { createPublicKey, type KeyObject } from 'node:crypto';
import { messageOf } from '#kit/error.ts';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import { kindOf } from '#signatures/keys/algorithm.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';
import { runProgram } from '#signatures/keys/run-program.ts';

/** Milliseconds: whoever holds a security key may have to be found first. */
const pluginTime = 120_000;

/** The only version that there is. */
const protocolVersion = 'v1';

/** The numbers of Go's `crypto.Hash`; no hash is 0. */
const hashNumbers = { sha256: 5, sha384: 6, sha512: 7 } as const;

/**
 * `NAME://…`: keys that the program `sigstore-kms-NAME` knows, by the protocol of Sigstore's key plugins (sigstore,
 * pkg/signature/kms/cliplugin): the version and JSON as its arguments, the content on its input, JSON on its output. Its exit status
 * means nothing.
 */
export const pluginKeys: KeyProvider = {
  schemes: ['*'],
  usesNetwork: false,
  async find(reference, _purpose, surroundings) {
    const publicKey = await askPublicKey(reference, surroundings);
    const sign = (bytes: Buffer) => askSignature(reference, surroundings, publicKey, bytes);
    return { kind: 'remote', key: remoteSigningKey(publicKey, reference.name, sign) };
  },
};

async function askPublicKey(reference: KeyReference, surroundings: KeySurroundings): Promise<KeyObject> {
  const answer = await ask(
    reference,
    surroundings,
    'publicKey',
    { publicKeyOptions: { rpcOptions } },
    hashNumbers.sha256,
  );
  try {
    return createPublicKey(asBase64(answer['publicKeyPEM'])?.toString() ?? '');
  } catch (error) {
    throw invalid(reference, `what it gives is no public key: ${messageOf(error)}`);
  }
}

async function askSignature(
  reference: KeyReference,
  surroundings: KeySurroundings,
  publicKey: KeyObject,
  bytes: Buffer,
): Promise<Buffer> {
  const hash = kindOf(publicKey)?.hash;
  const number = hash === undefined ? 0 : hashNumbers[hash];
  const options = { signOptions: { rpcOptions, messageOptions: { hashFunc: number } } };
  const answer = await ask(reference, surroundings, 'signMessage', options, number, bytes);
  const signature = asBase64(answer['signature']);
  if (signature === undefined || signature.length === 0) throw invalid(reference, 'it gives no signature');
  return signature;
}

const rpcOptions = { keyVersion: '', remoteVerification: false } as const;

async function ask(
  reference: KeyReference,
  { environment }: KeySurroundings,
  methodName: string,
  options: object,
  hashFunc: number,
  input?: Buffer,
): Promise<JsonObject> {
  const name = `sigstore-kms-${schemeOf(reference)}`;
  const initOptions = { protocolVersion, keyResourceID: reference.path, hashFunc, rpcOptions };
  const words = [protocolVersion, JSON.stringify({ initOptions, methodName, [methodName]: options })];
  const result = await runProgram({ name, words, input, environment, time: pluginTime });
  if (result === 'missing') {
    throw signatureError('key-not-found', `there is no provider of keys called "${reference.scheme}"`, {
      hint: `install the plugin ${name} on the PATH; without one there are files, env, hashivault, openbao, awskms, gcpkms, azurekms, gitlab, k8s and pkcs11:`,
    });
  }
  if (typeof result === 'string') throw failed(name, result);
  const answer = asObject(parseJson(result.output));
  const message = asText(answer?.['errorMessage']);
  if (message !== undefined && message !== '') throw failed(name, printable(message));
  const method = asObject(answer?.[methodName]);
  if (method === undefined) throw invalid(reference, 'its answer is not of the protocol');
  return method;
}

/** It becomes part of a program's name: nothing in it may lead elsewhere. */
function schemeOf({ scheme, name }: KeyReference): string {
  if (/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/i.test(scheme) && !/^https?$/i.test(scheme)) return scheme;
  throw signatureError('key-not-found', `${printable(name)} is not a place where keys are`, {
    hint: 'download keys and check them; then name the file',
  });
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}

function failed(name: string, problem: string) {
  return signatureError('service-failed', `${name} cannot do it: ${problem}`, { hint: `check the set-up of ${name}` });
}

function invalid({ scheme }: KeyReference, problem: string) {
  return signatureError('service-invalid', `sigstore-kms-${scheme} gives no usable answer: ${problem}`, {
    hint: 'check that it is a key plugin of Sigstore, protocol v1',
  });
}
