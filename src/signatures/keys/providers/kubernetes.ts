import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { signatureError } from '#signatures/errors.ts';
import type { KeyProvider } from './provider.ts';
import { runProgram } from '#signatures/keys/run-program.ts';

/** Milliseconds. */
const kubectlTime = 60_000;

/** How Kubernetes names things (RFC 1123): nothing in it is an option of a program. */
const namePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * `k8s://NAMESPACE/SECRET`: a secret with the fields `cosign.key`, `cosign.pub` and `cosign.password`, as cosign makes it. It is
 * read by `kubectl`, which knows how to reach the cluster, from inside and from outside.
 */
export const kubernetesSecrets: KeyProvider = {
  schemes: ['k8s'],
  usesNetwork: true,
  async find({ path, name }, purpose, { environment }) {
    const [namespace = '', secret = '', ...rest] = path.split('/');
    if (!namePattern.test(namespace) || !namePattern.test(secret) || rest.length > 0) {
      throw signatureError('key-not-found', `${name} is not the name of a secret`, {
        hint: 'write k8s://NAMESPACE/SECRET',
      });
    }
    const words = ['get', 'secret', secret, '--namespace', namespace, '--output', 'json'];
    const result = await runProgram({ name: 'kubectl', words, environment, time: kubectlTime });
    if (typeof result === 'string' || result.status !== 0) {
      const problem = typeof result === 'string' ? result : `it ended with status ${result.status}`;
      throw signatureError('service-failed', `kubectl does not give ${name}: ${problem}`, {
        hint: `try it: kubectl get secret ${secret} --namespace ${namespace}`,
      });
    }
    const data = asObject(asObject(parseJson(result.output))?.['data']);
    const field = purpose === 'sign' ? 'cosign.key' : 'cosign.pub';
    const pem = asBase64(data?.[field]);
    if (pem === undefined) {
      throw signatureError('key-not-found', `${name} has no ${field}`, {
        hint: 'the fields of the secret must be cosign.key, cosign.pub and cosign.password',
      });
    }
    const password = asText(data?.['cosign.password']) === undefined ? undefined : asBase64(data?.['cosign.password']);
    return { kind: 'pem', pem, password: password === undefined ? undefined : { bytes: password, from: name } };
  },
};
