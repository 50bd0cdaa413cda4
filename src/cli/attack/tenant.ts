import { cliError } from '#cli/errors.ts';
import type { Tenant } from '#gates/admission/attack/tenant.ts';
import { asObject } from '#kit/narrow.ts';
import { clusterClient } from '#server/kubernetes/client.ts';

export interface TenantFlags {
  readonly clusterApi?: string;
  readonly clusterCredentials?: string;
  readonly namespace?: string;
}

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * The tenant of these credentials: the API server says what he may do (SelfSubjectAccessReview), and stores nothing.
 * @throws `usage` if the address or the credentials are lacking
 */
export function tenantOf({ clusterApi, clusterCredentials, namespace = 'default' }: TenantFlags): Tenant | undefined {
  if (clusterApi === undefined && clusterCredentials === undefined) return undefined;
  if (clusterApi === undefined || clusterCredentials === undefined) {
    throw cliError('usage', 'what a tenant may do is asked of a cluster, with his credentials', {
      hint: 'name both: --cluster-api URL --cluster-credentials DIR',
    });
  }
  const client = clusterClient({ url: clusterApi, credentials: clusterCredentials });
  return {
    async may(verb, written) {
      const [resource = '', ...group] = written.split('.');
      const resourceAttributes = { namespace, verb, group: group.join('.'), resource };
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
      const answer = await client.create(reviews, { ...review, spec: { resourceAttributes } });
      return asObject(answer?.['status'])?.['allowed'] === true;
    },
  };
}
