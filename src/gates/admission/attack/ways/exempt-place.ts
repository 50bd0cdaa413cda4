import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Exemptions are what an attacker looks for first. */
export const exemptPlace: Way = {
  number: 10,
  name: 'exempt-place',
  what: 'use a namespace or be a user that is often exempt',
  attack: (target) =>
    nothingIsLetIn(target, [
      ...[
        'kube-system',
        'kube-public',
        'kube-node-lease',
        'kyverno',
        'cosign-system',
        'gatekeeper-system',
        'bulla',
      ].map((namespace) => ({
        what: `namespace ${namespace}`,
        review: reviewOf({ object: podOf([target.bad]), namespace }),
      })),
      ...['system:nodes', 'system:masters', 'system:serviceaccounts:kube-system'].map((group) => ({
        what: `group ${group}`,
        review: reviewOf({ object: podOf([target.bad]), userInfo: { username: 'mallory', groups: [group] } }),
      })),
    ]),
};
