import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { digestIn } from '#gates/admission/attack/target.ts';
import { closed, open, type Way } from '#gates/admission/attack/way.ts';

/** A gate that cannot decide must not let in. */
export const timeRunsOut: Way = {
  number: 14,
  name: 'time-runs-out',
  what: 'name a registry that never answers, so that the time runs out',
  async attack(target) {
    const digest = digestIn(target.bad);
    // An address for documentation (RFC 5737), where nobody answers.
    const review = JSON.stringify(reviewOf({ object: podOf([`192.0.2.1/app@${digest}`]) }));
    const reply = await target.send('validate', review, 2);
    if (reply.kind === 'error')
      return closed(`no answer that counts (${reply.problem}): with failurePolicy Fail it is denied`);
    return reply.response['allowed'] === true ? open('it was let in') : closed('it was denied in time');
  },
};
