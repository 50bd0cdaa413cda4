import type { Judge } from '#gates/judge.ts';
import { changeObject, decide } from '#policy/decide.ts';
import type { Policy } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import type { Memory } from '#server/memory/memory.ts';
import type { Clock } from '#server/clock.ts';
import { deadlineAfter } from './deadline.ts';
import { evidencePool } from './evidence-pool.ts';
import type { PolicySet } from './policy-set.ts';
import { remembering } from './remembering.ts';
import { surroundingsOf } from './surroundings.ts';
import { verdictMemory } from './verdict-memory.ts';
import type { ScopedAccess, World } from './world.ts';

/** What a judge is made of. */
export interface JudgeOptions {
  /** The policies that are in force now. */
  readonly policies: () => PolicySet;
  readonly world: World;
  readonly memory: Memory;
  readonly clock: Clock;
}

/** Of the time that there is, what remains for policies to say that they could not find something out. */
const forPolicies = 250;

/** The judge of a server: he looks at each image once, and remembers what was decided. */
export function createJudge({ policies, world, memory, clock }: JudgeOptions): Judge {
  const pool = evidencePool(clock.now);
  const verdicts = verdictMemory(memory.verdicts, clock);
  let current: { readonly basis: string; readonly policies: readonly Policy[] } | undefined;

  /** Policies with their memories, until one of the things changes that verdicts rest on. */
  function inForce(): readonly Policy[] {
    const set = policies();
    const basis = [set.id, world.watermark()];
    const name = JSON.stringify(basis);
    if (current?.basis !== name) {
      current = {
        basis: name,
        policies: set.policies.map((policy, index) => remembering(policy, [...basis, String(index)], verdicts)),
      };
    }
    return current.policies;
  }

  return {
    open(question, { budget }) {
      const asked = inForce();
      const whole = deadlineAfter(budget, clock);
      const surroundings = surroundingsOf({
        world,
        access: () => accessAt(world, question),
        pool,
        deadline: deadlineAfter(Math.max(0, budget - forPolicies), clock),
        now: new Date(clock.now()),
      });
      const timed = asked.map((policy): Policy => ({
        ...policy,
        decide: (one, around) => whole(policy.decide(one, around)),
      }));
      return {
        async decide() {
          const verdict = await decide(timed, question, surroundings);
          for (const { outcome, image } of verdict.outcomes) {
            if (outcome === 'failed' && image?.digest !== undefined) pool.doubt(image.digest);
          }
          return verdict;
        },
        change: () => whole(changeObject(asked, question, surroundings)),
        resolve: async (reference) => (await surroundings.evidenceOf(reference).resolve()).digest,
      };
    },
  };
}

/** What was found in an image counts for what is known now: with new advisories it is looked at anew. */
async function accessAt(world: World, question: Question): Promise<ScopedAccess> {
  const watermark = world.watermark();
  const access = await world.accessFor(question);
  return { ...access, scope: `${access.scope} ${watermark}` };
}
