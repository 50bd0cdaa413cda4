import type { ListenOptions } from 'node:net';
import { join } from 'node:path';
import { several } from '#cli/checking/policy-flags.ts';
import { cliError } from '#cli/errors.ts';
import { text } from '#cli/flags.ts';
import type { Settings } from '#cli/settings.ts';
import type { ResourceOfGroup, WebhookOptions } from '#gates/admission/webhooks.ts';
import { certificateFiles } from '#server/certificates/files.ts';
import { ownAuthority } from '#server/certificates/own-authority.ts';
import type { CertificateSource } from '#server/certificates/source.ts';
import { surroundingCluster, usualCredentials, type ClusterPlace } from '#server/kubernetes/client.ts';
import type { PolicyKind } from '#server/policies/cluster-policies.ts';

/** Flags of `bulla serve`, besides those of policies, trust and images. */
export interface ServeFlags {
  readonly admission?: boolean;
  readonly printWebhooks?: boolean;
  readonly listen?: string;
  readonly metricsListen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly ownCa?: string;
  readonly host?: readonly string[];
  readonly memory?: string;
  readonly cluster?: string;
  readonly internalRegistry?: readonly string[];
  readonly pullSecrets?: boolean;
  readonly clusterApi?: string;
  readonly clusterCredentials?: string;
  readonly webhooks?: string;
  readonly reports?: boolean;
  readonly clusterPolicies?: readonly string[];
  readonly namespace?: string;
  readonly service?: string;
  readonly url?: string;
  readonly resource?: readonly string[];
  readonly drainPause?: string;
}

export const serveFlags = {
  admission: turnedOn('answer the admission reviews of Kubernetes'),
  printWebhooks: turnedOn('print the objects that make an API server ask, and end'),
  listen: text('where to listen (default: :8443)', '[HOST]:PORT'),
  metricsListen: text('a second door without TLS, for probes and metrics alone', '[HOST]:PORT'),
  tlsCert: text('certificate that others renew, with its chain, PEM', 'FILE'),
  tlsKey: text('its key, PEM', 'FILE'),
  tlsCa: text('who has certified it, PEM, to tell API servers', 'FILE'),
  ownCa: text('or an authority of its own, kept in this folder', 'DIR'),
  host: several('NAME', 'names under which API servers reach it (default: those of the service)'),
  memory: text('where verdicts and evidence are remembered (default: below BULLA_CACHE)', 'DIR'),
  cluster: text('what policies call this cluster', 'NAME'),
  internalRegistry: several('HOST', 'a registry that may lie in a private network, or on this machine'),
  pullSecrets: turnedOn('use the pull secrets of pods and their service accounts'),
  clusterApi: text('address of the API of the cluster (default: of the one it runs in)', 'URL'),
  clusterCredentials: text('folder with token and ca.crt for it (default: as mounted in pods)', 'DIR'),
  webhooks: text('webhook configurations to keep trusting this gate', 'NAME'),
  clusterPolicies: several(
    'VERSION/KIND',
    'policies that are objects of the cluster, like policy.bulla/v1/TrustPolicy; read again when they change',
  ),
  reports: turnedOn('write PolicyReports of what is let in, and events of what is not, into the cluster'),
  namespace: text('namespace of the gate (default: bulla)', 'NAME'),
  service: text('service of the gate (default: bulla)', 'NAME'),
  url: text('address of the gate, if it is reached by no service', 'URL'),
  resource: several('GROUP/RESOURCE', 'a resource of your own that is to be asked about, like argoproj.io/rollouts'),
  drainPause: text('how long to answer on after SIGTERM, until all know (default: 5)', 'SECONDS'),
} as const;

function turnedOn(brief: string) {
  return { kind: 'boolean', optional: true, withNegated: false, brief } as const;
}

/** @throws `usage` */
export function readListen(written: string): ListenOptions {
  const [, host = '', port = ''] = /^(?:\[?([^[\]]*)\]?):(\d{1,5})$/.exec(written) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw cliError('usage', `"${written}" is no place to listen`, { hint: 'write it like :8443 or 127.0.0.1:8443' });
  }
  return { port: Number(port), ...(host === '' ? {} : { host }) };
}

/** @throws `usage` */
export function readCertificates(flags: ServeFlags): CertificateSource {
  const { tlsCert, tlsKey, tlsCa, ownCa } = flags;
  if (tlsCert !== undefined && tlsKey !== undefined && ownCa === undefined) {
    return certificateFiles(tlsCert, tlsKey, tlsCa);
  }
  if (ownCa !== undefined && tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) {
    return ownAuthority(ownCa, hostsOf(flags), Date.now);
  }
  throw cliError('usage', 'it is not said with which certificate to serve', {
    hint: 'either --tls-cert FILE --tls-key FILE, or --own-ca DIR',
  });
}

function hostsOf({ host, url, service = 'bulla', namespace = 'bulla' }: ServeFlags): readonly string[] {
  if (host !== undefined && host.length > 0) return host;
  if (url !== undefined) return [new URL(url).hostname.replace(/^\[|\]$/g, '')];
  const short = `${service}.${namespace}.svc`;
  return [short, `${short}.cluster.local`];
}

/** How API servers are to reach the gate. @param caBundle whom they are to trust @throws `usage` */
export function readWebhookOptions(flags: ServeFlags, caBundle: string): WebhookOptions {
  const { namespace = 'bulla', service = 'bulla', url, webhooks = 'bulla' } = flags;
  if (url !== undefined && !/^https:\/\/[^/?#]+(?:\/[^?#]*)?$/.test(url)) {
    throw cliError('usage', `"${url}" is no address for a webhook`, {
      hint: 'write it like https://gate.example:8443',
    });
  }
  return {
    name: webhooks,
    namespace,
    caBundle,
    reach: url === undefined ? { kind: 'service', service, port: 443 } : { kind: 'url', url: url.replace(/\/+$/, '') },
    resources: (flags.resource ?? []).map(readResource),
  };
}

function readResource(written: string): ResourceOfGroup {
  const [group = '', resource = '', ...more] = written.split('/');
  if (group !== '' && resource !== '' && more.length === 0) return { group, resource };
  throw cliError('usage', `"${written}" is no resource of a group`, { hint: 'write it like argoproj.io/rollouts' });
}

/** The cluster whose objects are read, if there is one. */
export function readCluster(
  { clusterApi, clusterCredentials }: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
): ClusterPlace | undefined {
  if (clusterApi === undefined) return surroundingCluster(env);
  return { url: clusterApi, credentials: clusterCredentials ?? usualCredentials };
}

export function memoryFolder({ memory }: ServeFlags, { cache }: Settings): string {
  return memory ?? join(cache, 'admission');
}

/** Milliseconds. @throws `usage` */
export function readPause({ drainPause = '5' }: ServeFlags): number {
  if (/^\d{1,3}$/.test(drainPause)) return Number(drainPause) * 1000;
  throw cliError('usage', `"${drainPause}" is no number of seconds`, { hint: 'write it like --drain-pause 5' });
}

/** Kinds of the cluster that are policies, written like `policy.bulla/v1/TrustPolicy`. @throws `usage` */
export function readPolicyKinds({ clusterPolicies = [] }: ServeFlags): readonly PolicyKind[] {
  return clusterPolicies.map((written) => {
    const slash = written.lastIndexOf('/');
    const [apiVersion, kind] = [written.slice(0, slash), written.slice(slash + 1)];
    if (/^[a-z0-9.-]+\/[a-z0-9]+$/.test(apiVersion) && /^[A-Z][A-Za-z]+$/.test(kind)) return { apiVersion, kind };
    throw cliError('usage', `"${written}" is no kind of policies`, {
      hint: 'write it like policy.bulla/v1/TrustPolicy',
    });
  });
}
