import type { Asking } from '#gates/asking.ts';
import { activation, authorize, letAnswer, type DockerGateOptions } from '#gates/docker/authorize.ts';
import { answerProvider } from '#gates/gatekeeper/answer-provider.ts';
import { answerImageReview } from '#gates/image-policy-webhook/answer-image-review.ts';
import type { Judge } from '#gates/judge.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { Verdict } from '#policy/verdict.ts';
import { json, type Route } from '#server/http/route.ts';
import type { Log } from '#server/log.ts';
import { outcomesForLog } from '#server/log-outcomes.ts';

/** Gates that ask over HTTP, besides that of admission. */
export interface GateRoutes extends Asking {
  readonly judge: Judge;
  readonly log: Log;
}

/** `/image-policy` for API servers, `/gatekeeper/validate` and `/gatekeeper/mutate` for Gatekeeper. */
export function clusterGateRoutes({ judge, log, ...asking }: GateRoutes): readonly Route[] {
  return [
    post('/image-policy', async (body) => {
      const { body: answer, verdict } = await answerImageReview(body, judge, asking);
      tell(log, 'image-policy', verdict);
      return answer;
    }),
    post('/gatekeeper/validate', (body) => answerProvider('validate', body, judge, asking)),
    post('/gatekeeper/mutate', (body) => answerProvider('mutate', body, judge, asking)),
  ];
}

/** What the Docker engine asks its authorization plugins. */
export function dockerRoutes({ judge, log, ...options }: GateRoutes & DockerGateOptions): readonly Route[] {
  return [
    post('/Plugin.Activate', () => activation),
    post('/AuthZPlugin.AuthZReq', async (body) => {
      const { body: answer, verdict } = await authorize(body, judge, options);
      if (answer['Allow'] !== true) log({ level: 'warning', event: 'docker-denied', message: answer['Msg'] });
      tell(log, 'docker', verdict);
      return answer;
    }),
    post('/AuthZPlugin.AuthZRes', () => letAnswer),
  ];
}

function post(path: string, answer: (body: Buffer) => Promise<JsonObject> | JsonObject): Route {
  return { method: 'POST', path, handle: async ({ body }) => json(200, await answer(body)) };
}

/** A line for every decision: which bytes, and why not. */
function tell(log: Log, event: string, verdict: Verdict | undefined): void {
  if (verdict === undefined) return;
  const isDenied = verdict.verdict === 'deny' || verdict.verdict === 'unknown';
  log({
    level: isDenied ? 'warning' : 'info',
    event,
    verdict: verdict.verdict,
    outcomes: outcomesForLog(verdict.outcomes),
  });
}
