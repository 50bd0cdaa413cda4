import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** `ghcr.io/your-org*` matches `ghcr.io/your-org-evil`. */
export const nameThatStartsAlike: Way = {
  number: 15,
  name: 'name-that-starts-alike',
  what: 'use a repository or a registry whose name starts like a good one',
  attack: (target) =>
    nothingIsLetIn(
      target,
      namesLike(target.good).map((image) => ({ what: image, review: reviewOf({ object: podOf([image]) }) })),
    ),
};

function namesLike(image: string): readonly string[] {
  const [name = '', digest = ''] = image.split('@');
  const [host = '', ...path] = name.replace(/:[^/:]*$/, '').split('/');
  const [bare = '', port] = host.split(':');
  const rest = path.join('/');
  const evil = `${bare}.evil.example${port === undefined ? '' : `:${port}`}`;
  return [`${host}/${rest}-evil@${digest}`, `${evil}/${rest}@${digest}`, `evil.example/${bare}/${rest}@${digest}`];
}
