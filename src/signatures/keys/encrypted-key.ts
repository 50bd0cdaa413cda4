import { createPrivateKey, randomBytes, scrypt, type KeyObject } from 'node:crypto';
import { secretbox } from '@noble/ciphers/salsa.js';
import { asObject, parseJson } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import type { PemBlock } from './pem.ts';

/** The labels of cosign's encrypted keys: the one that is written, and the one before cosign 2. */
export const encryptedLabels = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY'] as const;

/** Parameters of scrypt. Others are refused: they are either too weak or made to exhaust us. */
const costs: readonly unknown[] = [2 ** 15, 2 ** 16, 2 ** 17];
const usualCost = 2 ** 16;
const blockSize = 8;
const parallelization = 1;
const keyLength = 32;
const saltLength = 32;
const nonceLength = 24;

/** What opens a private key. */
export interface Password {
  readonly bytes: Buffer;
  /** Where it came from, as the user calls it. */
  readonly from: string;
}

/**
 * Opens a private key in cosign's format: JSON that names how the password becomes a key (scrypt), how that encrypts (NaCl's
 * secretbox), and PKCS #8 in it. Everything is checked before any work is done.
 *
 * @param password asked for when the rest is known to be good
 * @throws `key-invalid`, `key-password-wrong`, and what asking for the password throws
 */
export async function openEncryptedKey(
  { body }: PemBlock,
  name: string,
  password: () => Promise<Password>,
): Promise<KeyObject> {
  const box = readBox(body, name);
  const { bytes, from } = await password();
  const key = await deriveKey(bytes, box.salt, box.cost);
  const der = open(box, key);
  if (der === undefined) {
    throw signatureError('key-password-wrong', `the password of ${from} does not open ${name}`, {
      hint: from.endsWith('_PASSWORD')
        ? `set ${from} to the password that the key was made with`
        : 'give the password that the key was made with',
    });
  }
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw signatureError('key-invalid', `what ${name} holds is not a private key`, {
      hint: 'make a new one: bulla key generate',
      cause: error,
    });
  }
}

/** Encrypts a private key in the same format. @returns the JSON, for a PEM block with the first of {@link encryptedLabels} */
export async function sealKey(privateKey: KeyObject, password: Buffer): Promise<Buffer> {
  const [salt, nonce] = [randomBytes(saltLength), randomBytes(nonceLength)];
  const key = await deriveKey(password, salt, usualCost);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const ciphertext = secretbox(key, nonce).seal(der);
  const params = { N: usualCost, r: blockSize, p: parallelization };
  return Buffer.from(
    JSON.stringify({
      kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
      cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
      ciphertext: Buffer.from(ciphertext).toString('base64'),
    }),
  );
}

interface Box {
  readonly cost: number;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

function readBox(json: Buffer, name: string): Box {
  const box = asObject(parseJson(json));
  const kdf = asObject(box?.['kdf']);
  const params = asObject(kdf?.['params']);
  const cipher = asObject(box?.['cipher']);
  if (kdf?.['name'] !== 'scrypt' || cipher?.['name'] !== 'nacl/secretbox') {
    throw invalid(name, 'it is encrypted by something else than scrypt and nacl/secretbox');
  }
  const cost = params?.['N'];
  if (typeof cost !== 'number' || !costs.includes(cost)) throw invalid(name, `scrypt's N must be 2^15, 2^16 or 2^17`);
  if (params?.['r'] !== blockSize || params['p'] !== parallelization)
    throw invalid(name, 'scrypt must have r=8 and p=1');
  const salt = asBase64(kdf['salt']);
  const nonce = asBase64(cipher['nonce']);
  const ciphertext = asBase64(box?.['ciphertext']);
  if (salt?.length !== saltLength || nonce?.length !== nonceLength || ciphertext === undefined) {
    throw invalid(name, 'its salt, nonce or content is damaged');
  }
  return { cost, salt, nonce, ciphertext };
}

function deriveKey(password: Buffer, salt: Buffer, cost: number): Promise<Buffer> {
  // scrypt needs 128·N·r bytes (RFC 7914, 2), and a little besides.
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 128 * cost * blockSize + (1 << 20) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function open({ nonce, ciphertext }: Box, key: Buffer): Buffer | undefined {
  try {
    return Buffer.from(secretbox(key, nonce).open(ciphertext));
  } catch {
    // It throws for any ciphertext that the key has not sealed.
    return undefined;
  }
}

function invalid(name: string, problem: string) {
  return signatureError('key-invalid', `${name} is not a private key that can be used: ${problem}`, {
    hint: 'make a new one: bulla key generate',
  });
}
