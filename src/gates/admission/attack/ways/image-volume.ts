import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Volumes of images bring files, and programs among them (Kubernetes 1.31). */
export const imageVolume: Way = {
  number: 3,
  name: 'image-volume',
  what: 'mount an image as a volume',
  attack: (target) =>
    nothingIsLetIn(target, [
      {
        what: 'a volume',
        review: reviewOf({
          object: podOf([target.good], {
            spec: {
              containers: [{ name: 'c', image: target.good }],
              volumes: [{ name: 'v', image: { reference: target.bad } }],
            },
          }),
        }),
      },
    ]),
};
