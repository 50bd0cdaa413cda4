import type { Answer } from './exchange.ts';
import { registryLimits } from './limits.ts';
import type { System } from './system.ts';
import { isTransient } from './unreachable.ts';

/**
 * Sends a request until its outcome is final: connections that break and answers that say "later" are tried again, after what
 * `Retry-After` says or else with exponential back-off and full jitter. Both the number of attempts and the time are bounded;
 * then the last outcome is the outcome.
 */
export async function persist(send: () => Promise<Answer>, system: System, signal: AbortSignal): Promise<Answer> {
  const end = system.now() + registryLimits.patience;
  for (let attempt = 1; ; attempt++) {
    let answer: Answer | undefined;
    let failure: unknown;
    try {
      answer = await send();
    } catch (error) {
      failure = error;
    }
    const pause =
      answer === undefined ? pauseAfterError(failure, attempt, system) : pauseAfter(answer, attempt, system);
    if (pause === undefined || attempt >= registryLimits.attempts || system.now() + pause > end) {
      if (answer !== undefined) return answer;
      throw failure;
    }
    answer?.discard();
    await system.sleep(pause, signal);
  }
}

/** Milliseconds before the next attempt: between nothing and a ceiling that doubles each time. */
export function backOff(attempt: number, { random }: System): number {
  return random() * Math.min(registryLimits.longestBackoff, registryLimits.firstBackoff * 2 ** (attempt - 1));
}

/**
 * What `Retry-After` says (RFC 9110, section 10.2.3), seconds or a date, in milliseconds from now; nothing if it is absent or
 * cannot be read.
 */
export function retryAfter(answer: Pick<Answer, 'headers'>, now: number): number | undefined {
  const text = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const date = text.endsWith(' GMT') && text.length < 40 ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Request Timeout, Too Many Requests, what servers and their gateways say when they fail, and Cloudflare's own for that. */
const passing = [408, 429, 500, 502, 503, 504, 522];

function pauseAfter(answer: Answer, attempt: number, system: System): number | undefined {
  if (!passing.includes(answer.status)) return undefined;
  const asked = retryAfter(answer, system.now());
  if (asked === undefined) return backOff(attempt, system);
  // All who were sent away come back at the same moment, so that too needs jitter.
  return asked > registryLimits.retryAfter ? undefined : asked + backOff(1, system);
}

function pauseAfterError(error: unknown, attempt: number, system: System): number | undefined {
  return isTransient(error) ? backOff(attempt, system) : undefined;
}
