import { digestOf } from '#kit/digest.ts';
import { asList, asObject, parseJson } from '#kit/narrow.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { ReasonCode } from '#policy/reasons/reason.ts';
import type { Kept } from '#server/memory/memory.ts';
import type { Clock } from '#server/clock.ts';

/** What policies said of images, by everything that it rests on. */
export interface VerdictMemory {
  /**
   * What was said under this key, if that is recent; else what is found out now, once, however many ask. What cannot be found out now
   * stands as it was found out last: an outage changes nothing of what is known.
   */
  recall(key: string, findOut: () => Promise<Found>): Promise<Found>;
}

export interface Found {
  readonly outcomes: readonly RuleOutcome[];
  /** Whether it rests on nothing but what the key names. */
  readonly isGeneral: boolean;
}

/** How long what was found counts without being asked again: what is refused may be mended at any moment. */
const lifetimes = { good: 10 * 60_000, bad: 15_000 } as const;
/** How long it stands where it cannot be found out anew: what rests on the date, such as an exception, must not stand for ever. */
const standsFor = 30 * 24 * 3_600_000;
/** Verdicts at hand; all of them are on disk. */
const most = 20_000;

export function verdictMemory(kept: Kept<string>, { now }: Pick<Clock, 'now'>): VerdictMemory {
  const recent = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<Found>>();

  function known(key: string): Remembered | undefined {
    const found = recent.get(key) ?? readKept(key);
    if (found !== undefined) hold(key, found);
    return found;
  }

  function readKept(key: string): Remembered | undefined {
    const row = kept.get(key);
    const outcomes = row === undefined ? undefined : readOutcomes(parseJson(row.value));
    return row === undefined || outcomes === undefined ? undefined : { outcomes, at: row.at };
  }

  function hold(key: string, one: Remembered): void {
    recent.delete(key);
    recent.set(key, one);
    const [oldest] = recent.keys();
    if (recent.size > most && oldest !== undefined) recent.delete(oldest);
  }

  async function findOutOnce(key: string, findOut: () => Promise<Found>): Promise<Found> {
    const found = await findOut();
    if (!found.isGeneral) return found;
    const at = now();
    const unknown = found.outcomes.filter(({ outcome }) => outcome === 'unknown');
    if (unknown.length > 0) {
      const last = couldNotBeAsked(found, unknown) ? known(key) : undefined;
      const stands = last !== undefined && at - last.at < standsFor;
      return stands ? { outcomes: last.outcomes, isGeneral: true } : found;
    }
    hold(key, { outcomes: found.outcomes, at });
    kept.put(key, Buffer.from(JSON.stringify(found.outcomes)), at);
    return found;
  }

  return {
    recall(key, findOut) {
      const last = known(key);
      if (last !== undefined && isFresh(last, now())) {
        return Promise.resolve({ outcomes: last.outcomes, isGeneral: true });
      }
      const running = underWay.get(key) ?? findOutOnce(key, findOut).finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
  };
}

/** Reasons for which a rule is unknown because somebody did not answer. */
const outages: readonly ReasonCode[] = ['evidence-unavailable', 'image-unavailable', 'policy-failed'];

/**
 * Only what could not be asked stands as it was: that a scan has become too old is an answer, and what was found out to be wrong is
 * not outweighed by what was right before.
 */
function couldNotBeAsked({ outcomes }: Found, unknown: readonly RuleOutcome[]): boolean {
  return (
    outcomes.every(({ outcome }) => outcome !== 'failed') &&
    unknown.every(({ reason }) => outages.includes(reason.code))
  );
}

interface Remembered {
  readonly outcomes: readonly RuleOutcome[];
  readonly at: number;
}

function isFresh({ outcomes, at }: Remembered, now: number): boolean {
  const isGood = outcomes.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped');
  const age = now - at;
  // A clock that was set back makes nothing fresh.
  return age >= 0 && age < (isGood ? lifetimes.good : lifetimes.bad);
}

/** The parsed edge: what is read was written by {@link verdictMemory} and has its sum; its form is looked at once more. */
function readOutcomes(value: unknown): readonly RuleOutcome[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const known = asList(value).every((one) => {
    const { policy, outcome, mode } = asObject(one) ?? {};
    return typeof policy === 'string' && outcomesKnown.includes(outcome) && modesKnown.includes(mode);
  });
  return known ? (value as readonly RuleOutcome[]) : undefined;
}

const outcomesKnown: readonly unknown[] = ['passed', 'failed', 'skipped'];
const modesKnown: readonly unknown[] = ['audit', 'warn', 'enforce'];

/** The key of a verdict: of everything that it rests on. */
export function verdictKey(parts: unknown): string {
  return digestOf(JSON.stringify(parts));
}
