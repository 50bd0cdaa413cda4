import { X509Certificate } from 'node:crypto';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { ClusterClient } from './client.ts';

/** Certificates that one configuration trusts; every replica of a gate may have an authority of its own. */
const mostAuthorities = 30;

/**
 * Adds authorities to those that the API server trusts for the webhooks of these configurations. Those of other replicas stay until
 * they have expired, so that at no moment a certificate is served which is not trusted.
 * @throws `cluster-unreachable`; `cluster-refused`, also where somebody else has changed it meanwhile: then it is to be tried again
 */
export async function announceAuthorities(
  client: ClusterClient,
  name: string,
  authorities: string,
  now: number,
): Promise<void> {
  for (const kind of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']) {
    const path = `/apis/admissionregistration.k8s.io/v1/${kind}/${encodeURIComponent(name)}`;
    const configuration = await client.get(path);
    const steps = configuration === undefined ? [] : stepsFor(configuration, authorities, now);
    if (steps.length > 0) await client.patch(path, steps);
  }
}

/** The patch that makes a configuration trust these authorities besides those that it trusts; empty if it does. */
export function stepsFor(configuration: JsonObject, authorities: string, now: number): readonly JsonObject[] {
  const version = asObject(configuration['metadata'])?.['resourceVersion'];
  const steps = asList(configuration['webhooks']).flatMap((webhook, index): JsonObject[] => {
    const { name, clientConfig } = asObject(webhook) ?? {};
    const before = asText(asObject(clientConfig)?.['caBundle']) ?? '';
    const after = Buffer.from(merged(Buffer.from(before, 'base64').toString('latin1'), authorities, now)).toString(
      'base64',
    );
    if (after === before) return [];
    const at = `/webhooks/${index}`;
    return [
      { op: 'test', path: `${at}/name`, value: name },
      { op: 'add', path: `${at}/clientConfig/caBundle`, value: after },
    ];
  });
  return steps.length === 0 ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: version }, ...steps];
}

function merged(before: string, authorities: string, now: number): string {
  const all = [...certificatesIn(before), ...certificatesIn(authorities)];
  const byName = new Map(all.map((one) => [one.fingerprint256, one]));
  const valid = [...byName.values()].filter(({ validToDate }) => validToDate.getTime() > now);
  const newest = valid.toSorted((one, other) => one.validToDate.getTime() - other.validToDate.getTime());
  return newest.slice(-mostAuthorities).map(String).join('');
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      // A bundle that somebody else has filled may hold anything.
      return [];
    }
  });
}
