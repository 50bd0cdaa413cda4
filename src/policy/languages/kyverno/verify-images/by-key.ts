import type { WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Attestor, AttestorContext } from './attestor-set.ts';
import { keyOfFile, keyOfSecret } from './stored-key.ts';
import { readTrust } from './trust.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readVerificationKey, type VerificationKey } from '#signatures/keys/verification-key.ts';

type WrittenKeys = NonNullable<WrittenEntry['keys']>;
type KeySource = (surroundings: Surroundings) => Promise<VerificationKey>;

/** Who holds a key: given in the policy, in a Secret, in a key service, or in a file of the folder of keys. */
export function readByKey(written: WrittenKeys, { path }: AttestorContext): Attestor['demand'] {
  const place = `${path}.keys`;
  if (written.signatureAlgorithm === 'sha224') {
    throw unsupportedField(`${place}.signatureAlgorithm`, 'SHA-224 is not believed', 'sign with SHA-256 or more');
  }
  const keyOf = readSource(written, place);
  const trustOf = readTrust(written, place, 'key');
  const log = written.rekor?.ignoreTlog === true ? 'optional' : 'required';
  return async (surroundings) => {
    const [key, trust] = await Promise.all([
      keyOf(surroundings),
      log === 'optional' && written.ctlog?.tsaCertChain === undefined ? undefined : trustOf(surroundings),
    ]);
    return { verifier: { keys: [key], trust, log, now: surroundings.now }, identities: [] };
  };
}

function readSource({ publicKeys = '', kms = '', secret }: WrittenKeys, path: string): KeySource {
  const said = [publicKeys !== '', kms !== '', secret !== undefined].filter(Boolean);
  if (said.length !== 1) throw invalidField(path, 'exactly one of publicKeys, kms and secret must be there');
  if (publicKeys !== '') return readPublicKey(publicKeys.trim(), `${path}.publicKeys`);
  if (secret !== undefined) return (surroundings) => keyOfSecret(secret, surroundings);
  return readService(kms, `${path}.kms`);
}

function readPublicKey(written: string, path: string): KeySource {
  if (written.startsWith('-----BEGIN ')) {
    const key = readVerificationKey(written, path);
    return () => Promise.resolve(key);
  }
  const [, namespace, name] = /^k8s:\/\/([^/]+)\/([^/]+)$/.exec(written) ?? [];
  if (namespace !== undefined && name !== undefined) {
    return (surroundings) => keyOfSecret({ namespace, name }, surroundings);
  }
  if (written.includes('://')) return readService(written, path);
  return (surroundings) => keyOfFile(written, path, surroundings);
}

const services: readonly string[] = ['awskms', 'azurekms', 'gcpkms', 'hashivault'];

function readService(written: string, path: string): KeySource {
  const [scheme = ''] = written.split('://');
  if (!services.includes(scheme)) {
    throw unsupportedField(
      path,
      `no key is fetched from ${scheme}://`,
      `write the key itself, k8s://NAMESPACE/SECRET, or one of ${services.join(', ')}`,
    );
  }
  return (surroundings) => surroundings.key(written);
}
