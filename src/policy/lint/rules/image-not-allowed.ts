import { formatReference } from '#image/reference.ts';
import { imagesIn, problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** An image that is on no list of those that may be used. Without a list everything may. */
export const imageNotAllowed: LintRule = {
  name: 'image-not-allowed',
  severity: 'error',
  find: (files, { allowed }) =>
    imagesIn(files).flatMap(({ manifest, reference, image }) => {
      if (allowed.length === 0 || allowed.some((glob) => glob.matches(image))) return [];
      const name = formatReference({ host: image.host, repository: image.repository });
      return [
        problemAt(manifest, reference, { image: name, patterns: allowed.map(({ written }) => written).join(', ') }),
      ];
    }),
};
