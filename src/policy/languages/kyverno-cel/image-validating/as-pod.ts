import type { Question } from '#policy/question.ts';

/** A question about images by themselves, as one about a pod that runs them: so the same policy judges at every gate. */
export function asPod(question: Question): Question {
  if (question.request !== undefined) return question;
  const { images, place } = question;
  const { namespace = 'default' } = place;
  const containers = images.map(({ image }, at) => ({ name: `image-${at}`, image }));
  return {
    ...question,
    request: {
      uid: '',
      operation: 'CREATE',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      subResource: '',
      name: 'images',
      namespace,
      user: { username: '', groups: [] },
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'images', namespace }, spec: { containers } },
      dryRun: false,
      raw: {},
    },
  };
}
