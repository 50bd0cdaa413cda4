import { imagesIn, problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** `latest`, or no tag, which means the same: nobody can say which image that is, or go back to the one before. */
export const latestTag: LintRule = {
  name: 'latest-tag',
  severity: 'error',
  find: (files) =>
    imagesIn(files).flatMap(({ manifest, reference, image }) =>
      image.digest === undefined && image.tag === 'latest'
        ? [problemAt(manifest, reference, { image: reference.text })]
        : [],
    ),
};
