import { reviewOf, workloadOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** A rule for one version is none for the others. */
export const otherVersion: Way = {
  number: 20,
  name: 'other-version',
  what: 'use another version of the API',
  attack: (target) =>
    nothingIsLetIn(
      target,
      [
        ['apps/v1beta1', 'Deployment'],
        ['apps/v1beta2', 'DaemonSet'],
        ['extensions/v1beta1', 'Deployment'],
        ['batch/v1beta1', 'CronJob'],
      ].map(([apiVersion = '', kind = '']) => ({
        what: `${apiVersion} ${kind}`,
        review: reviewOf({ object: workloadOf(apiVersion, kind, [target.bad]) }),
      })),
    ),
};
