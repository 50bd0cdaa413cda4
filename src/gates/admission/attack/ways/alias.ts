import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Upper case, the usual port, the names of Docker Hub, a tag beside the digest. */
export const alias: Way = {
  number: 8,
  name: 'alias',
  what: 'write the same image in another way',
  attack: (target) =>
    nothingIsLetIn(
      target,
      aliasesOf(target.bad).map((image) => ({ what: image, review: reviewOf({ object: podOf([image]) }) })),
    ),
};

function aliasesOf(image: string): readonly string[] {
  const [name = '', digest = ''] = image.split('@');
  const slash = name.indexOf('/');
  const [host, path] = [name.slice(0, slash), name.slice(slash + 1)];
  const bare = path.replace(/:[^/:]*$/, '');
  return [
    `${host.toUpperCase()}/${path}@${digest}`,
    `${host}/${bare}:anything@${digest}`,
    ...(host.includes(':') ? [] : [`${host}:443/${path}@${digest}`]),
    ...(host === 'docker.io' ? [`index.docker.io/${path}@${digest}`, `registry-1.docker.io/${path}@${digest}`] : []),
  ];
}
