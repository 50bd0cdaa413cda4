import { messageOf } from '#kit/error.ts';
import { askAbout, type AdmissionRequest } from '#policy/question.ts';
import type { Time } from '#gates/judge.ts';
import type { Answer } from './answer.ts';
import { broughtImages } from './changed-images.ts';
import { questionOf, type Gate } from './gate.ts';
import { admissionLimits } from './limits.ts';
import { patchBetween } from './patch.ts';
import { pinImages } from './pin.ts';

/**
 * Answers for the mutating webhook: what policies change, and a digest beside each tag that the request brings. It refuses nothing
 * and decides nothing: what others change after it is seen by {@link validate} alone. An image that was there before stays as it is,
 * because a pod would be restarted for it.
 */
export async function mutate(request: AdmissionRequest, gate: Gate, time: Time): Promise<Answer> {
  const asked = questionOf(request, gate);
  const { object } = request;
  if (object === undefined || asked.images.length > admissionLimits.images) return { allowed: true };
  const open = gate.judge.open(asked, time);
  try {
    const changed = (await open.change()) ?? object;
    const question = askAbout({ ...request, object: changed }, asked.place, asked.imagePaths);
    const pinned = await pinImages(changed, broughtImages(question), (reference) => open.resolve(reference));
    return { allowed: true, patch: patchBetween(object, pinned.object) };
  } catch (error) {
    return { allowed: true, audit: { 'not-changed': messageOf(error).slice(0, 1000) } };
  }
}
