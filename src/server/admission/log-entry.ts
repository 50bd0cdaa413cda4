import type { Decision } from '#gates/admission/validate.ts';
import type { LogEntry } from '#server/log.ts';
import { outcomesForLog } from '#server/log-outcomes.ts';

/** Images that one line names. */
const mostImages = 50;

/** What the log says of a decision: who asked for what, which bytes, and why not. Names of objects, none of their contents. */
export function entryOf({ id, question, verdict }: Decision, milliseconds: number): LogEntry {
  const { request, place } = question;
  const { outcomes } = verdict;
  const digests = new Map(outcomes.map(({ image }) => [image?.written, image?.digest]));
  const negative = outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const isDenied = verdict.verdict === 'deny' || verdict.verdict === 'unknown';
  return {
    level: isDenied ? 'warning' : 'info',
    event: 'admission',
    verdict: verdict.verdict,
    id,
    uid: request?.uid,
    operation: request?.operation,
    kind: request?.kind.kind,
    subResource: request?.subResource === '' ? undefined : request?.subResource,
    cluster: place.cluster,
    namespace: place.namespace,
    name: request?.name,
    user: request?.user.username,
    dryRun: request?.dryRun === true ? true : undefined,
    images: [...new Set(question.images.map(({ image }) => image))]
      .slice(0, mostImages)
      .map((image) => ({ image, digest: digests.get(image) })),
    outcomes: outcomesForLog(negative),
    milliseconds: Math.round(milliseconds * 10) / 10,
  };
}
