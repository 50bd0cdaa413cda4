import type { Gate } from '#gates/admission/gate.ts';
import type { Decision } from '#gates/admission/validate.ts';
import { answerReview, type Reviewed, type WebhookName } from '#gates/admission/review.ts';
import { json, type Route } from '#server/http/route.ts';
import type { Log } from '#server/log.ts';
import type { Counter, Histogram, Metrics } from '#server/metrics/metrics.ts';
import { entryOf } from './log-entry.ts';

export interface AdmissionRoutes {
  readonly gate: Gate;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** Told of every decision of the validating webhook. */
  readonly record?: (decision: Decision) => void;
}

/** `/mutate` and `/validate`, with a line in the log for every decision and numbers about all. */
export function admissionRoutes({ gate, log, metrics, now, record }: AdmissionRoutes): readonly Route[] {
  const measured = measures(metrics);
  return (['mutate', 'validate'] as const).map((webhook) => ({
    method: 'POST',
    path: `/${webhook}`,
    async handle({ body, query }) {
      const started = now();
      const reviewed = await answerReview(webhook, body, gate, query.get('timeout'));
      const milliseconds = now() - started;
      measured.took({ webhook }, milliseconds / 1000);
      count(webhook, reviewed, measured);
      if (reviewed.decision !== undefined) {
        log(entryOf(reviewed.decision, milliseconds));
        record?.(reviewed.decision);
      } else if (reviewed.problem !== undefined) {
        log({ level: 'warning', event: 'review-refused', webhook, problem: reviewed.problem });
      }
      return json(reviewed.status, reviewed.body);
    },
  }));
}

interface Measures {
  readonly reviews: Counter<'webhook' | 'verdict'>;
  readonly reasons: Counter<'reason' | 'mode'>;
  readonly took: Histogram<'webhook'>;
}

function measures(metrics: Metrics): Measures {
  return {
    reviews: metrics.counter('bulla_admission_reviews_total', 'Reviews that were answered.', ['webhook', 'verdict']),
    reasons: metrics.counter('bulla_admission_reasons_total', 'Why rules did not pass.', ['reason', 'mode']),
    took: metrics.histogram('bulla_admission_seconds', 'How long an answer took.', ['webhook']),
  };
}

function count(webhook: WebhookName, { decision, problem }: Reviewed, { reviews, reasons }: Measures): void {
  reviews({ webhook, verdict: decision?.verdict.verdict ?? (problem === undefined ? 'none' : 'refused') });
  for (const { outcome, reason, mode } of decision?.verdict.outcomes ?? []) {
    if (outcome === 'failed' || outcome === 'unknown') reasons({ reason: reason.code, mode });
  }
}
