import type { ListenOptions } from 'node:net';
import { messageOf } from '#kit/error.ts';
import type { Gate } from '#gates/admission/gate.ts';
import type { WebhookGaps } from '#gates/admission/webhook-gaps.ts';
import type { Judge } from '#gates/judge.ts';
import type { CertificateSource } from '#server/certificates/source.ts';
import type { Clock } from '#server/clock.ts';
import { openServer } from '#server/http/open-server.ts';
import { plain, type Route } from '#server/http/route.ts';
import { createJudge } from '#server/judge/create-judge.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import type { World } from '#server/judge/world.ts';
import type { Log } from '#server/log.ts';
import type { Memory } from '#server/memory/memory.ts';
import { createMetrics, type Metrics } from '#server/metrics/metrics.ts';
import { reloadingPolicies } from '#server/policies/reloading-policies.ts';
import type { Recorder } from '#server/reports/recorder.ts';
import { admissionRoutes } from './routes.ts';

/** What an admission server is made of. */
export interface AdmissionServerOptions extends Omit<Gate, 'judge'> {
  readonly listen: ListenOptions;
  /** A second door, without TLS, for probes and metrics only. */
  readonly listenForMetrics?: ListenOptions;
  readonly loadPolicies: () => Promise<PolicySet>;
  readonly world: World;
  readonly memory: Memory;
  readonly certificates: CertificateSource;
  /** Told who is to be trusted, at the start and when that changes. */
  readonly announce?: (authorities: string) => Promise<void>;
  /** Looks what it is not asked about any more, though it should be. */
  readonly inspect?: () => Promise<WebhookGaps>;
  /** Whether verdicts need to know whom to believe about certificates before the first is given. */
  readonly needsTrustRoot: boolean;
  /** Writes down in the cluster what was decided. */
  readonly recorder?: Recorder;
  /** What other gates answer to, with the same judge. */
  readonly mount?: (judge: Judge) => readonly Route[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface AdmissionServer {
  readonly port: number;
  readonly metricsPort?: number;
  isReady(): boolean;
  /** Says that it is not ready any more, lets those that know that stay away, and ends when all are answered. */
  drain(pause?: number): Promise<void>;
}

/** How often certificates are looked at, and how soon whom to believe is asked for again where that failed. */
const certificateEvery = 10_000;
const announceEvery = 1000;
const inspectEvery = 10_000;
const trustEvery = 5000;
/** How long decisions wait to be written down together. */
const recordEvery = 15_000;

/**
 * Opens the server of the admission gate. It listens from the start, and is ready when policies, trust and remembered verdicts are
 * there.
 * @throws `certificate-unusable`, `policy-…`, and what keeps it from listening
 */
export async function openAdmissionServer(options: AdmissionServerOptions): Promise<AdmissionServer> {
  const { world, memory, certificates, clock, log } = options;
  const metrics = createMetrics();
  const policies = await reloadingPolicies(options.loadPolicies, { clock, log });
  const judge = createJudge({ policies: () => policies.current(), world, memory, clock });
  const { cluster, imagePaths, language } = options;
  if (memory.problem !== undefined) log({ level: 'warning', event: 'memory-begun-anew', problem: memory.problem });
  let hasTrust = !options.needsTrustRoot;
  let isDraining = false;
  // What the API server does not trust yet, it cannot ask.
  let announced: string | undefined;
  const isTrusted = () => options.announce === undefined || announced !== undefined;
  const isReady = () => hasTrust && isTrusted() && !isDraining;

  const probes: readonly Route[] = [
    { method: 'GET', path: '/livez', handle: () => plain(200, 'ok') },
    {
      method: 'GET',
      path: '/readyz',
      handle: () =>
        isReady()
          ? plain(200, 'ok')
          : plain(503, isDraining ? 'ending' : isTrusted() ? 'no trust root yet' : 'not trusted by the API server yet'),
    },
    { method: 'GET', path: '/metrics', handle: () => ({ status: 200, type: metricsType, body: metrics.write() }) },
  ];
  const gate: Gate = { judge, cluster, imagePaths, language };
  const routes = [
    ...probes,
    ...admissionRoutes({
      gate,
      log,
      metrics,
      now: () => performance.now(),
      record: (decision) => options.recorder?.record(decision),
    }),
    ...(options.mount?.(judge) ?? []),
  ];
  let serving = await certificates.current();
  const server = await openServer({ listen: options.listen, certificate: serving, routes, log });
  const second =
    options.listenForMetrics === undefined
      ? undefined
      : await openServer({ listen: options.listenForMetrics, routes: probes, log });
  let seen: WebhookGaps = { gaps: [], exempt: [] };
  gaugesOf(metrics, policies, memory, isReady);
  metrics.gauge(
    'bulla_webhook_gaps',
    'What the API server does not ask about, though it should.',
    () => seen.gaps.length,
  );
  metrics.gauge(
    'bulla_webhook_exempt_namespaces',
    'Namespaces that it does not ask about; the own one of the gate is meant to be.',
    () => seen.exempt.length,
  );
  const stops = [repeat(announceFirst, announceEvery, clock), repeat(renewCertificate, certificateEvery, clock)];
  const { inspect } = options;
  if (inspect !== undefined) stops.push(repeat(() => lookForGaps(inspect), inspectEvery, clock));
  if (!hasTrust) stops.push(repeat(askForTrust, trustEvery, clock));
  if (options.recorder !== undefined) stops.push(repeat(recordAll(options.recorder), recordEvery, clock));
  log({ level: 'info', event: 'listening', port: server.port, metricsPort: second?.port });

  async function announce(): Promise<void> {
    const authorities = await certificates.authorities();
    if (authorities === announced) return;
    await options.announce?.(authorities);
    announced = authorities;
  }

  /** Until it is trusted it is of no use, and other replicas may be telling the API server of themselves at the same time. */
  async function announceFirst(): Promise<boolean> {
    try {
      await announce();
    } catch (error) {
      log({ level: 'error', event: 'not-announced', problem: messageOf(error) });
    }
    return announced === undefined;
  }

  async function renewCertificate(): Promise<boolean> {
    // The first time is the business of somebody else.
    if (announced === undefined) return true;
    try {
      await announce();
      const current = await certificates.current();
      if (current.certificate !== serving.certificate || current.key !== serving.key) {
        serving = current;
        server.renew(current);
        log({ level: 'info', event: 'certificate-renewed' });
      }
    } catch (error) {
      log({ level: 'error', event: 'certificate-not-renewed', problem: messageOf(error) });
    }
    return true;
  }

  /** Nobody is asked about a change of the configuration, so it is looked at. */
  async function lookForGaps(look: () => Promise<WebhookGaps>): Promise<boolean> {
    try {
      const found = await look();
      const isNews = JSON.stringify(found) !== JSON.stringify(seen);
      if (isNews) log({ level: found.gaps.length > 0 ? 'error' : 'info', event: 'webhooks', ...found });
      seen = found;
    } catch (error) {
      log({ level: 'error', event: 'webhooks-not-seen', problem: messageOf(error) });
    }
    return true;
  }

  async function askForTrust(): Promise<boolean> {
    try {
      await world.trustRoot();
      hasTrust = true;
      log({ level: 'info', event: 'trust-root-loaded' });
    } catch (error) {
      log({ level: 'error', event: 'trust-root-missing', problem: messageOf(error) });
    }
    return !hasTrust;
  }

  return {
    port: server.port,
    ...(second === undefined ? {} : { metricsPort: second.port }),
    isReady,
    async drain(pause = 0) {
      isDraining = true;
      log({ level: 'info', event: 'draining' });
      for (const stop of stops) stop();
      policies.stop();
      // Those who send requests hear of it by and by.
      await new Promise((resolve) => setTimeout(resolve, pause));
      await Promise.all([server.drain(), second?.drain()]);
      await options.recorder?.flush();
      memory.close();
      log({ level: 'info', event: 'ended' });
    },
  };
}

const metricsType = 'text/plain; version=0.0.4';

function gaugesOf(
  metrics: Metrics,
  policies: { problem(): string | undefined },
  memory: Memory,
  isReady: () => boolean,
): void {
  metrics.gauge('bulla_ready', 'Whether it is ready.', () => Number(isReady()));
  metrics.gauge(
    'bulla_policies_refused',
    'Whether the newest policies are not in force, because they cannot be read.',
    () => Number(policies.problem() !== undefined),
  );
  metrics.gauge('bulla_memory_lost', 'How often the memory on disk could not be read or written.', () => memory.lost());
  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.gauge('process_start_time_seconds', 'When it was started, since 1970.', () =>
    Math.round(Date.now() / 1000 - process.uptime()),
  );
}

function recordAll(recorder: Recorder): () => Promise<boolean> {
  return async () => {
    await recorder.flush();
    return true;
  };
}

/** Does something now and again and again, until it says that it need not be done any more, or is stopped. */
function repeat(work: () => Promise<boolean>, every: number, clock: Clock): () => void {
  let isStopped = false;
  let callOff = () => {};
  const once = () => {
    void work().then((again) => {
      if (again && !isStopped) callOff = clock.after(every, once);
    });
  };
  once();
  return () => {
    isStopped = true;
    callOff();
  };
}
