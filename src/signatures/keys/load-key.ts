import { createPublicKey, type KeyObject } from 'node:crypto';
import { signatureError } from '#signatures/errors.ts';
import type { Period } from '#signatures/trust/trust-root.ts';
import { findPassword } from './password.ts';
import { readPem } from './pem.ts';
import { readPrivateKey } from './private-key.ts';
import { keyProviders } from './providers/index.ts';
import type { FoundKey, KeyPurpose, KeyReference, KeySurroundings } from './providers/provider.ts';
import { localSigningKey, type SigningKey } from './signing-key.ts';
import { readVerificationKey, type VerificationKey } from './verification-key.ts';

/**
 * Opens a key to sign with.
 * @param written a file, or `SCHEME://PATH` of a provider
 * @throws `key-not-found`, `key-invalid`, `key-password-missing`, `key-password-wrong`, `key-credentials-missing`, `service-…`
 */
export async function loadSigningKey(written: string, surroundings: KeySurroundings): Promise<SigningKey> {
  const found = await findKey(written, 'sign', surroundings);
  if (found.kind === 'remote') return found.key;
  const key = await readFoundKey(found, written, surroundings);
  return localSigningKey(key, nameOf(written));
}

/**
 * Opens a key to verify with: a public one, wherever it is. A private key in a file is refused, because it should not be there.
 * @param written a file, or `SCHEME://PATH` of a provider
 * @throws `key-not-found`, `key-invalid`, `key-credentials-missing`, `service-…`
 */
export async function loadVerificationKey(
  written: string,
  surroundings: KeySurroundings,
  validFor?: Period,
): Promise<VerificationKey> {
  const found = await findKey(written, 'verify', surroundings);
  if (found.kind === 'remote') return { key: found.key.publicKey, name: nameOf(written), validFor };
  return readVerificationKey(found.pem, nameOf(written), validFor);
}

/** The public part of a key, private or public. @throws as {@link loadSigningKey} */
export async function loadPublicKey(written: string, surroundings: KeySurroundings): Promise<KeyObject> {
  const found = await findKey(written, 'verify', surroundings);
  if (found.kind === 'remote') return found.key.publicKey;
  if (readPem(found.pem.toString(), 'PRIVATE KEY') === undefined)
    return readVerificationKey(found.pem, nameOf(written)).key;
  return createPublicKey(await readFoundKey(found, written, surroundings));
}

/** The PEM text of a key, where there is one. @throws `key-not-found`; `key-invalid` where a service keeps it */
export async function loadKeyText(written: string, surroundings: KeySurroundings): Promise<Buffer> {
  const found = await findKey(written, 'sign', surroundings);
  if (found.kind === 'pem') return found.pem;
  throw signatureError('key-invalid', `the private key of ${nameOf(written)} does not leave its place`, {
    hint: `sign with it where it is: bulla sign --key ${nameOf(written)}`,
  });
}

type FoundText = Extract<FoundKey, { kind: 'pem' }>;

function readFoundKey({ pem, password }: FoundText, name: string, surroundings: KeySurroundings): Promise<KeyObject> {
  const { environment, askPassword } = surroundings;
  return readPrivateKey(pem, name, () =>
    password === undefined ? findPassword(name, environment, askPassword) : Promise.resolve(password),
  );
}

async function findKey(written: string, purpose: KeyPurpose, surroundings: KeySurroundings): Promise<FoundKey> {
  const reference = readReference(written);
  const provider = keyProviders.find(({ schemes }) => schemes.includes(reference.scheme) || schemes.includes('*'));
  if (provider === undefined) throw new Error('the last provider takes every scheme');
  if (provider.usesNetwork && surroundings.offline === true) {
    throw signatureError('service-unreachable', `${reference.name} is on the network, which must not be asked`, {
      hint: 'write its public key into a file while there is a network: bulla key public --key KEY',
    });
  }
  return provider.find(reference, purpose, surroundings);
}

/** How a key is called in what people read. */
export function nameOf(written: string): string {
  return readReference(written).name;
}

function readReference(name: string): KeyReference {
  const at = name.indexOf('://');
  if (at >= 0 && !name.startsWith('pkcs11:'))
    return { scheme: name.slice(0, at), path: name.slice(at + '://'.length), name };
  // URIs of PKCS #11 have no slashes (RFC 7512, 2.3); their query may have a PIN, which is not to be told.
  const uri = 'pkcs11:';
  if (!name.startsWith(uri)) return { scheme: 'file', path: name, name };
  return { scheme: 'pkcs11', path: name.slice(uri.length), name: name.replace(/\?.*$/s, '') };
}
