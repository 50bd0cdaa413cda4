import { webhookGaps, type WebhookGaps } from '#gates/admission/webhook-gaps.ts';
import type { ClusterClient } from './client.ts';

/**
 * Looks whether the API server still asks the gate about everything, by the configurations of this name.
 * @throws `cluster-unreachable`, `cluster-refused`
 */
export async function inspectWebhooks(client: ClusterClient, name: string): Promise<WebhookGaps> {
  const found = await Promise.all(
    [
      ['mutatingwebhookconfigurations', 'mutate.policy.bulla'],
      ['validatingwebhookconfigurations', 'validate.policy.bulla'],
    ].map(async ([kind, webhook = '']) => {
      const path = `/apis/admissionregistration.k8s.io/v1/${kind}/${encodeURIComponent(name)}`;
      return webhookGaps(await client.get(path), webhook);
    }),
  );
  return {
    gaps: found.flatMap(({ gaps }) => gaps),
    exempt: [...new Set(found.flatMap(({ exempt }) => exempt))],
  };
}
