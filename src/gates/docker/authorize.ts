import { messageOf } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { placeOf, type Asking } from '#gates/asking.ts';
import { undigested } from '#gates/digest-rule.ts';
import type { Judge } from '#gates/judge.ts';
import { objections } from '#gates/lines.ts';
import { isAllowed, verdictOf, type Verdict } from '#policy/verdict.ts';
import { imagesOfCall } from './images-of-call.ts';
import { readCall } from './read-call.ts';
import { callKindOf, type UnseenWay } from './routes.ts';

/** What an administrator has chosen. */
export interface DockerGateOptions extends Asking {
  /** Ways in which images may come without being seen. */
  readonly lets?: ReadonlySet<UnseenWay>;
}

/** What is sent back, and what was decided, if a policy was asked. */
export interface Authorization {
  readonly body: JsonObject;
  readonly verdict?: Verdict;
}

/** The engine waits for 30 s. Milliseconds. */
const budget = 15_000;
const longestMessage = 4000;

/** What the plugin says it is when it is loaded (`/Plugin.Activate`). */
export const activation: JsonObject = { Implements: ['authz'] };

/** Nothing is decided about answers of the engine (`/AuthZPlugin.AuthZRes`). */
export const letAnswer: JsonObject = { Allow: true };

/**
 * Answers the Docker engine's authorization (`/AuthZPlugin.AuthZReq`): whether a call may be carried out. A call that runs or brings an
 * image must name it by its digest, and policies must let it pass; a way that a plugin cannot see into is closed unless it is let; a call
 * that is not known is denied, and so is every error. Who calls plays no part: whoever may speak to the engine may do everything else.
 */
export async function authorize(
  bytes: Uint8Array,
  judge: Judge,
  { lets = new Set(), ...asking }: DockerGateOptions = {},
): Promise<Authorization> {
  const call = readCall(bytes);
  if ('problem' in call) return deny(`the call cannot be understood: ${call.problem}`);
  const known = callKindOf(call.method, call.path);
  if (known === undefined) return deny(`${call.method} ${call.path} is not known here, and may run an image`);
  if (known.kind === 'free') return { body: { Allow: true } };
  const found = known.kind === 'unseen' ? known : imagesOfCall(call, known);
  if ('problem' in found) return deny(`the call cannot be understood: ${found.problem}`);
  if ('way' in found) {
    return lets.has(found.way) ? { body: { Allow: true } } : deny(`nobody can see here what comes by ${found.way}`);
  }
  const { images } = found;
  const unpinned = verdictOf(undigested(images, 'docker'));
  if (!isAllowed(unpinned))
    return { ...deny(objections(unpinned, 'enforce', longestMessage, asking.language)), verdict: unpinned };
  const place = placeOf('docker', asking);
  try {
    const verdict = await judge.open({ place, images, imagePaths: [] }, { budget }).decide();
    if (isAllowed(verdict)) return { body: { Allow: true }, verdict };
    return { ...deny(objections(verdict, 'enforce', longestMessage, asking.language)), verdict };
  } catch (error) {
    return deny(`it could not be judged: ${messageOf(error)}`);
  }
}

/** What comes from the call must not end a line of a log or colour a terminal. */
function deny(message: string): Authorization {
  return { body: { Allow: false, Msg: message.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, longestMessage) } };
}
