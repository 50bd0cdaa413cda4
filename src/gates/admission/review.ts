import type { JsonObject } from '#kit/narrow.ts';
import { writeReview } from './answer.ts';
import { budgetOf } from './budget.ts';
import type { Gate } from './gate.ts';
import { mutate } from './mutate.ts';
import { readReview } from './read-review.ts';
import { validate, type Decision } from './validate.ts';

/** The webhooks that there are: the path of each is its name. */
export type WebhookName = 'mutate' | 'validate';

/** What is sent back, and what was decided, if a policy was asked. */
export interface Reviewed {
  readonly status: 200 | 400 | 413;
  readonly body: JsonObject;
  readonly decision?: Decision;
  /** Why it was not understood. */
  readonly problem?: string;
}

/**
 * Answers one AdmissionReview: bytes in, review out. What cannot be understood is denied, by its uid if it has one; without a uid
 * no answer counts, and the API server takes the error as its `failurePolicy` says.
 * @param timeout what the address says in `?timeout=`
 */
export async function answerReview(
  webhook: WebhookName,
  bytes: Uint8Array,
  gate: Gate,
  timeout?: string | null,
): Promise<Reviewed> {
  const read = readReview(bytes);
  if (read.kind === 'refused') {
    const { uid, error } = read;
    const code = error.code === 'review-too-large' ? 413 : 400;
    if (uid === undefined)
      return { status: code, body: { error: error.code, message: error.message }, problem: error.message };
    const body = writeReview(uid, { allowed: false, code, message: error.message });
    return { status: 200, body, problem: error.message };
  }
  const { request } = read;
  const time = { budget: budgetOf(timeout) };
  if (webhook === 'mutate') return { status: 200, body: writeReview(request.uid, await mutate(request, gate, time)) };
  const { answer, decision } = await validate(request, gate, time);
  return { status: 200, body: writeReview(request.uid, answer), ...(decision === undefined ? {} : { decision }) };
}
