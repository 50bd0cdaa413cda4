import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Readers differ in which of the two counts. */
export const keyTwice: Way = {
  number: 29,
  name: 'key-twice',
  what: 'write a key twice, or in another case',
  attack: (target) =>
    nothingIsLetIn(
      target,
      textsWith(target.good, target.bad).map(([what, review]) => ({ what, review })),
    ),
};

function textsWith(good: string, bad: string): readonly (readonly [what: string, review: string])[] {
  const text = JSON.stringify(reviewOf({ object: podOf([good]) }));
  const image = `"image":${JSON.stringify(good)}`;
  const other = JSON.stringify(bad);
  return [
    ['an image twice, the bad one first', text.replace(image, `"image":${other},${image}`)],
    ['an image twice, the bad one last', text.replace(image, `${image},"image":${other}`)],
    ['an image twice, one escaped', text.replace(image, `${image},"im\\u0061ge":${other}`)],
    ['an image in another case', text.replace(image, `${image},"Image":${other}`)],
    [
      'a list in another case',
      text.replace('"containers":', `"Containers":[{"name":"x","image":${other}}],"containers":`),
    ],
    ['an object twice', text.replace('"object":', `"object":${JSON.stringify(podOf([bad]))},"object":`)],
  ];
}
