import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { digestIn } from '#gates/admission/attack/target.ts';
import { closed, nothingIsLetIn, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** Requests to metadata services and inner APIs in the name of the gate. */
export const innerAddress: Way = {
  number: 22,
  name: 'inner-address',
  what: 'let the gate connect to addresses inside, by the host of an image',
  async attack(target) {
    const { bait } = target;
    if (bait === undefined) return untested('there is no place that counts who connects');
    const digest = digestIn(target.bad);
    const before = bait.connections();
    const hosts = [...bait.hosts, '169.254.169.254', '[::1]:443', 'kubernetes.default.svc'];
    const found = await nothingIsLetIn(
      target,
      hosts.map((host) => ({ what: host, review: reviewOf({ object: podOf([`${host}/app@${digest}`]) }) })),
    );
    if (found.state === 'open') return found;
    const reached = bait.connections() - before;
    return reached > 0
      ? open(`the gate connected ${reached} times to ${bait.hosts.join(', ')}`)
      : closed('it did not connect');
  },
};
