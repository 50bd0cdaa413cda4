import { messageOf } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { Decision } from '#gates/admission/validate.ts';
import { isAllowed } from '#policy/verdict.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import type { Clock } from '#server/clock.ts';
import type { ClusterClient } from '#server/kubernetes/client.ts';
import type { Log } from '#server/log.ts';
import { eventOf, merged, reportName, resultsOf } from './policy-report.ts';

/** Writes down in the cluster what was decided: reports of what was let in, events of what was not. */
export interface Recorder {
  /** Takes a decision; it is written later, and no answer waits for it. */
  record(decision: Decision): void;
  /** Writes what is yet to be written. */
  flush(): Promise<void>;
}

/** What waits to be written; more is left out, and said in the log: a storm of denials must not become one of writes. */
const mostWaiting = 2000;
const mostEvents = 50;

/**
 * A recorder for a cluster. What cannot be written is told in the log and tried again with what comes next; reports need the
 * PolicyReport resource (`wgpolicyk8s.io/v1alpha2`) in the cluster.
 */
export function recorder(
  client: ClusterClient,
  {
    clock,
    log,
    language,
  }: { readonly clock: Pick<Clock, 'now'>; readonly log: Log; readonly language?: SpokenLanguage },
): Recorder {
  let results = new Map<string, JsonObject[]>();
  let events = new Map<string, JsonObject>();
  let waiting = 0;
  let left = 0;

  async function write(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      log({ level: 'warning', event: 'not-recorded', what, problem: messageOf(error) });
      return false;
    }
  }

  async function writeReport(namespace: string, added: readonly JsonObject[]): Promise<void> {
    const folder = `/apis/wgpolicyk8s.io/v1alpha2/namespaces/${encodeURIComponent(namespace)}/policyreports`;
    const before = await client.get(`${folder}/${reportName}`);
    const after = merged(before, namespace, added);
    if (before === undefined) return void (await client.create(folder, after));
    // Another replica may have written meanwhile: then it is read again the next time.
    const version = (before['metadata'] as JsonObject | undefined)?.['resourceVersion'];
    return client.patch(`${folder}/${reportName}`, [
      { op: 'test', path: '/metadata/resourceVersion', value: version },
      { op: 'add', path: '/results', value: after['results'] },
      { op: 'add', path: '/summary', value: after['summary'] },
    ]);
  }

  return {
    record(decision) {
      const { request } = decision.question;
      if (request === undefined || request.dryRun || request.namespace === '') return;
      if (waiting >= mostWaiting) {
        left++;
        return;
      }
      const now = clock.now();
      if (isAllowed(decision.verdict)) {
        const added = resultsOf(decision, Math.floor(now / 1000), language);
        if (added.length > 0) results.set(request.namespace, [...(results.get(request.namespace) ?? []), ...added]);
        waiting += added.length;
        return;
      }
      const event = eventOf(decision, new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'), language);
      // The same denial again and again, as controllers try again and again, is one event.
      if (event !== undefined) events.set(decision.id, event);
      waiting++;
    },
    async flush() {
      const [reports, told] = [results, [...events.values()]];
      const lost = left + Math.max(0, told.length - mostEvents);
      [results, events, waiting, left] = [new Map(), new Map(), 0, 0];
      if (lost > 0)
        log({ level: 'warning', event: 'not-recorded', what: `${lost} decisions`, problem: 'there were too many' });
      for (const [namespace, added] of reports) {
        const isWritten = await write(`report of ${namespace}`, () => writeReport(namespace, added));
        if (!isWritten) results.set(namespace, [...added, ...(results.get(namespace) ?? [])].slice(-mostWaiting));
      }
      for (const event of told.slice(0, mostEvents)) {
        const { namespace } = event['metadata'] as { readonly namespace: string };
        await write('an event', async () => {
          await client.create(`/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, event);
        });
      }
    },
  };
}
