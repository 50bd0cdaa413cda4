import { imagesIn, problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** A tag alone, which whoever may push can move. `latest` has a rule of its own. */
export const tagWithoutDigest: LintRule = {
  name: 'tag-without-digest',
  severity: 'warning',
  find: (files) =>
    imagesIn(files).flatMap(({ manifest, reference, image }) =>
      image.digest === undefined && image.tag !== 'latest'
        ? [problemAt(manifest, reference, { image: reference.text, file: manifest.path })]
        : [],
    ),
};
