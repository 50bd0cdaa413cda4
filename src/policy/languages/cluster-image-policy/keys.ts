import { asObject, asText } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readVerificationKey, type VerificationKey } from '#signatures/keys/verification-key.ts';
import type { WrittenKey } from './schema.ts';

/** Where policy-controller is installed, if it is not said otherwise: secrets without a namespace are there. */
export const home = 'cosign-system';
const keyServices: readonly string[] = ['awskms', 'azurekms', 'gcpkms', 'hashivault'];
const mostKeys = 20;

/** Keys of which any counts. @throws `key-…`, `resource-unavailable` */
export type KeySource = (surroundings: Surroundings) => Promise<readonly VerificationKey[]>;

/**
 * Reads where the keys of an authority are: in the policy itself, in a secret, or in a key service.
 * @throws `policy-invalid`, `policy-unsupported`
 */
export function readKeys({ data, secretRef, kms, hashAlgorithm }: WrittenKey, path: string): KeySource {
  if ([data, secretRef, kms].filter((one) => one !== undefined && one !== '').length !== 1) {
    throw invalidField(path, 'exactly one of data, secretRef and kms must be there');
  }
  checkHash(hashAlgorithm, `${path}.hashAlgorithm`);
  if (secretRef !== undefined) return (surroundings) => keysOfSecret(secretRef, surroundings);
  if (kms !== undefined && kms !== '') {
    const [scheme = ''] = kms.split('://');
    if (!keyServices.includes(scheme)) {
      throw invalidField(`${path}.kms`, `"${scheme}" is no key service; there are ${keyServices.join(', ')}`);
    }
    return async (surroundings) => [await surroundings.key(kms)];
  }
  const keys = readPems(data ?? '', `${path}.data`);
  return () => Promise.resolve(keys);
}

/** The hash follows from the key; of RSA keys those of SHA-2 from 256 bits are all tried. */
function checkHash(written: string | undefined, path: string): void {
  const name = (written ?? 'sha256').trim().toLowerCase();
  if (name === 'sha224') throw unsupportedField(path, 'SHA-224 is not believed', 'sign with SHA-256 or more');
  if (!['', 'sha256', 'sha384', 'sha512'].includes(name)) throw invalidField(path, `"${written}" is no hash`);
}

async function keysOfSecret(
  { name, namespace = home }: NonNullable<WrittenKey['secretRef']>,
  { resources }: Surroundings,
): Promise<readonly VerificationKey[]> {
  const where = `secret ${namespace}/${name}`;
  const secret = await resources.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret === undefined) {
    throw policyError('resource-unavailable', `there is no ${where}, which a policy takes keys from`, {
      hint: `put the public key there: kubectl create secret generic ${name} -n ${namespace} --from-file=cosign.pub`,
    });
  }
  const values = Object.entries(asObject(secret['data']) ?? {});
  if (values.length === 0) throw invalidField(where, 'it has no keys');
  return values.flatMap(([field, value]) =>
    readPems(Buffer.from(asText(value) ?? '', 'base64').toString('latin1'), `${where}, ${field}`),
  );
}

/** One key a block. */
function readPems(text: string, name: string): readonly VerificationKey[] {
  const blocks = text.split(/(?=-----BEGIN )/).filter((block) => block.trim() !== '');
  if (blocks.length === 0 || blocks.length > mostKeys) throw invalidField(name, `it has ${blocks.length} keys`);
  return blocks.map((block) => {
    try {
      return readVerificationKey(block, name);
    } catch (error) {
      throw invalidField(name, error instanceof Error ? error.message : 'it is no public key');
    }
  });
}
