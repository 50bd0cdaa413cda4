import { reviewOf, workloadOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Every kind that makes pods. */
export const unlistedKind: Way = {
  number: 11,
  name: 'unlisted-kind',
  what: 'use a kind of workload that is easily forgotten',
  attack: (target) =>
    nothingIsLetIn(
      target,
      [
        ['v1', 'ReplicationController'],
        ['v1', 'PodTemplate'],
        ['apps/v1', 'ReplicaSet'],
        ['apps/v1', 'StatefulSet'],
        ['apps/v1', 'DaemonSet'],
        ['apps/v1', 'Deployment'],
        ['batch/v1', 'Job'],
        ['batch/v1', 'CronJob'],
      ].map(([apiVersion = '', kind = '']) => ({
        what: kind,
        review: reviewOf({ object: workloadOf(apiVersion, kind, [target.bad]) }),
      })),
    ),
};
