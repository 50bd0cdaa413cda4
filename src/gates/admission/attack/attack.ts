import { messageOf } from '#kit/error.ts';
import { gateError } from '#gates/errors.ts';
import { ways } from './index.ts';
import { podOf, reviewOf } from './reviews.ts';
import { admit, type Target } from './target.ts';
import { open, type Finding, type Way } from './way.ts';

/** What was found out about one way. */
export interface Tried extends Finding, Pick<Way, 'number' | 'name' | 'what'> {}

/**
 * Tries all ways around a gate. Nothing is stored anywhere: webhooks are asked, and nobody acts on what they answer.
 * @throws `gate-unusable` if the gate does not do its work in the plainest case: nothing would be proven by what it denies
 */
export async function attack(target: Target): Promise<readonly Tried[]> {
  await checkPlainly(target);
  const tried: Tried[] = [];
  for (const way of ways) {
    const { number, name, what } = way;
    // One after the other: some depend on what was asked before.
    const found = await way
      .attack(target)
      .catch((error: unknown) => open(`the gate could not be asked: ${messageOf(error)}`));
    tried.push({ number, name, what, ...found });
  }
  return tried;
}

async function checkPlainly(target: Target): Promise<void> {
  const reply = await target.send('validate', JSON.stringify(reviewOf({ object: podOf([target.good]) })));
  if (reply.kind === 'error') {
    throw gateError('gate-unusable', `the gate does not answer as a webhook does: ${reply.problem}`, {
      hint: 'check its address, and who has certified it: --ca FILE',
    });
  }
  const good = await admit(target, reviewOf({ object: podOf([target.good]) }));
  if (!good.isAllowed) {
    throw gateError('gate-unusable', `the gate does not let in ${target.good}: ${good.message}`, {
      hint: 'name an image that may run there: --good IMAGE@DIGEST',
    });
  }
  const bad = await admit(target, reviewOf({ object: podOf([target.bad]) }));
  if (bad.isAllowed) {
    throw gateError('gate-unusable', `the gate lets in ${target.bad}`, {
      hint: 'name an image that may not run there: --bad IMAGE@DIGEST; if it may not, the gate is open to everybody',
    });
  }
}
