import { formatReference } from '#image/reference.ts';
import { problemAt } from '#policy/lint/images.ts';
import { pinnedImages, problemsOfEach } from '#policy/lint/pinned-images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** A tag and a digest of which the tag means another image now: whoever reads the tag is misled, and the digest may be out of date. */
export const movedTag: LintRule = {
  name: 'moved-tag',
  severity: 'warning',
  find: (files, { look }) =>
    look === undefined
      ? []
      : problemsOfEach(pinnedImages(files), async ({ manifest, reference, image, digest, hasTag }) => {
          if (!hasTag) return [];
          const tagged = await look({ ...image, digest: undefined });
          const words = { image: formatReference({ ...image, digest: undefined }), file: manifest.path };
          if (tagged.kind === 'failed') return [{ ...problemAt(manifest, reference, words), unknown: tagged.why }];
          const isSame = tagged.digest === digest || tagged.members?.includes(digest) === true;
          return isSame ? [] : [problemAt(manifest, reference, { ...words, now: tagged.digest })];
        }),
};
