import { messageOf } from '#kit/error.ts';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { signatureError } from '#signatures/errors.ts';
import { readVerificationKey, type VerificationKey } from '#signatures/keys/verification-key.ts';

/** The field of a Secret in which cosign keeps a public key. */
const field = 'cosign.pub';
/** Where Kyverno is installed, if it is not said otherwise. */
const home = 'kyverno';

/** The key in a Secret, as `cosign generate-key-pair k8s://…` makes it. @throws `key-invalid`, `resource-unavailable` */
export async function keyOfSecret(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { resources }: Surroundings,
): Promise<VerificationKey> {
  const secret = await resources.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  const pem = secret === undefined ? undefined : fieldOf(secret, field);
  if (pem !== undefined) return readVerificationKey(pem, `secret ${namespace}/${name}`);
  throw policyError('resource-unavailable', `there is no secret ${namespace}/${name} with ${field} in it`, {
    hint: `put the public key there: kubectl create secret generic ${name} -n ${namespace} --from-file=${field}`,
  });
}

/**
 * The key that a policy names as if it was a file: of the folder of keys, or of the one Secret where Kyverno is that has a field of that
 * name. @throws `key-invalid` saying where it was looked for
 */
export async function keyOfFile(name: string, path: string, surroundings: Surroundings): Promise<VerificationKey> {
  try {
    return await surroundings.key(name);
  } catch (error) {
    const pems = /^[\w.-]+$/.test(name) ? await inSecrets(name, surroundings) : [];
    const [pem] = pems;
    if (pem !== undefined && pems.length === 1) return readVerificationKey(pem, `${name} of a secret in ${home}`);
    throw signatureError(
      'key-invalid',
      `${path} is "${name.slice(0, 200)}", which is no key: ${messageOf(error)}, and ${pems.length === 0 ? 'no secret' : 'more than one secret'} in the namespace ${home} has a field of that name`,
      { hint: 'write the public key itself into the policy (-----BEGIN PUBLIC KEY-----), or k8s://NAMESPACE/SECRET' },
    );
  }
}

async function inSecrets(name: string, { resources }: Surroundings): Promise<readonly string[]> {
  const secrets = await resources.list({ apiVersion: 'v1', kind: 'Secret', namespace: home });
  return [...new Set(secrets.flatMap((secret) => fieldOf(secret, name) ?? []))];
}

function fieldOf(secret: JsonObject, name: string): string | undefined {
  const data = asObject(secret['data']) ?? {};
  const value = Object.hasOwn(data, name) ? asText(data[name]) : undefined;
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('latin1');
}
