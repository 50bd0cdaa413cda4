import { buildCommand } from '@stricli/core';
import { stringify } from 'yaml';
import { policyFlags, readImagePaths, readLanguage, type PolicyFlags } from '#cli/checking/policy-flags.ts';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { sourceFlags, type SourceFlags } from '#cli/flags.ts';
import { policySetLoader } from '#cli/serving/policy-set.ts';
import {
  memoryFolder,
  readCertificates,
  readCluster,
  readListen,
  readPause,
  readPolicyKinds,
  readWebhookOptions,
  serveFlags,
  type ServeFlags,
} from '#cli/serving/serve-flags.ts';
import { createServeWorld, nobody } from '#cli/serving/serve-world.ts';
import { readSettings } from '#cli/settings.ts';
import { trustFlags, type TrustFlags } from '#cli/trust.ts';
import { webhookConfigurations } from '#gates/admission/webhooks.ts';
import { pruneKeep } from '#image/keep.ts';
import { messageOf } from '#kit/error.ts';
import { noResources } from '#policy/surroundings.ts';
import { openAdmissionServer } from '#server/admission/open-admission-server.ts';
import { realClock } from '#server/clock.ts';
import { clusterGateRoutes } from '#server/gates/routes.ts';
import { announceAuthorities } from '#server/kubernetes/announce-authorities.ts';
import { clusterClient } from '#server/kubernetes/client.ts';
import { clusterResources } from '#server/kubernetes/cluster-resources.ts';
import { inspectWebhooks } from '#server/kubernetes/inspect-webhooks.ts';
import { lineLog } from '#server/log.ts';
import { openMemory } from '#server/memory/memory.ts';
import { clusterPolicies } from '#server/policies/cluster-policies.ts';
import { recorder } from '#server/reports/recorder.ts';

interface Flags extends SourceFlags, PolicyFlags, TrustFlags, ServeFlags {}

export default buildCommand<Flags, [], Context>({
  docs: {
    brief: 'the gate of a cluster',
    fullDescription: [
      'Answers the admission reviews of a Kubernetes cluster by policies: images are pinned to their digests, and what may not run',
      'is denied with what mends it. Log lines of JSON on stderr; ends on SIGTERM when all are answered.',
    ].join('\n'),
  },
  parameters: { flags: { ...serveFlags, ...policyFlags, ...trustFlags, ...sourceFlags }, aliases: { p: 'policy' } },
  async func(flags) {
    const { stdout, stderr, env } = this.process;
    if (flags.printWebhooks === true) {
      const authorities =
        flags.ownCa === undefined && flags.tlsCa === undefined ? '' : await readCertificates(flags).authorities();
      const objects = webhookConfigurations(readWebhookOptions(flags, authorities));
      stdout.write(objects.map((object) => `---\n${stringify(object)}`).join(''));
      this.process.exitCode = exitCodes.passed;
      return;
    }
    if (flags.admission !== true) {
      throw cliError('usage', 'it is not said what to serve', { hint: 'bulla serve --admission' });
    }
    const settings = await readSettings(this.process, flags);
    const certificates = readCertificates(flags);
    const listen = readListen(flags.listen ?? ':8443');
    const pause = readPause(flags);
    const log = lineLog((line) => stderr.write(line), Date.now);
    const place = readCluster(flags, env);
    const client = place === undefined ? undefined : clusterClient(place);
    const policyKinds = readPolicyKinds(flags);
    if (policyKinds.length > 0 && client === undefined) {
      throw cliError('usage', 'policies of a cluster are asked for, and no cluster is named', {
        hint: 'run the gate in the cluster, or name it: --cluster-api URL',
      });
    }
    const resources = client === undefined ? noResources : clusterResources(client, Date.now);
    const memory = openMemory(memoryFolder(flags, settings));
    const world = createServeWorld(
      {
        settings,
        trust: flags,
        keys: flags.keys,
        internal: (flags.internalRegistry ?? []).map((host) => host.toLowerCase()),
        ...(client === undefined ? {} : { resources }),
        pullSecrets: flags.pullSecrets === true,
        memory,
        clock: realClock,
      },
      this.process,
    );
    await world.refresh();
    const refreshing = setInterval(() => {
      const refreshed = [world.refresh(), pruneKeep(settings.cache, mostKept, Date.now())];
      void Promise.all(refreshed).catch((error: unknown) => {
        log({ level: 'error', event: 'refresh-failed', problem: messageOf(error) });
      });
    }, refreshEvery);
    const { webhooks } = flags;
    const configured =
      client === undefined || webhooks === undefined
        ? {}
        : {
            announce: (authorities: string) => announceAuthorities(client, webhooks, authorities, Date.now()),
            inspect: () => inspectWebhooks(client, webhooks),
          };
    const server = await openAdmissionServer({
      listen,
      ...(flags.metricsListen === undefined ? {} : { listenForMetrics: readListen(flags.metricsListen) }),
      loadPolicies: policySetLoader(flags.policy ?? [], () => clusterPolicies(resources, policyKinds)),
      world,
      memory,
      certificates,
      ...configured,
      ...(client === undefined || flags.reports !== true
        ? {}
        : { recorder: recorder(client, { clock: realClock, log, language: readLanguage(flags) }) }),
      needsTrustRoot: flags.trustedRoot !== nobody,
      cluster: flags.cluster,
      imagePaths: readImagePaths(flags),
      language: readLanguage(flags),
      mount: (judge) => clusterGateRoutes({ judge, cluster: flags.cluster, language: readLanguage(flags), log }),
      clock: realClock,
      log,
    });
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    clearInterval(refreshing);
    await server.drain(pause);
    this.process.exitCode = exitCodes.passed;
  },
});

/** How often it is looked for new advisories, keys and roots. */
const refreshEvery = 30_000;
/** How much is kept of what was found in images, in bytes. */
const mostKept = 1 << 30;
