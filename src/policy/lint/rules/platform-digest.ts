import { formatReference } from '#image/reference.ts';
import { problemAt } from '#policy/lint/images.ts';
import { pinnedImages, problemsOfEach } from '#policy/lint/pinned-images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** The digest of one platform's image, where the tag has an index of several: on a node of another platform it does not start. */
export const platformDigest: LintRule = {
  name: 'platform-digest',
  severity: 'warning',
  find: (files, { look }) =>
    look === undefined
      ? []
      : problemsOfEach(pinnedImages(files), async ({ manifest, reference, image, digest, hasTag }) => {
          if (!hasTag) return [];
          const tagged = await look({ ...image, digest: undefined });
          // That nothing is known of the tag is told by the rule on moved tags.
          if (tagged.kind === 'failed' || tagged.digest === digest) return [];
          if (tagged.members?.includes(digest) !== true) return [];
          const words = { image: formatReference({ ...image, digest: undefined }), index: tagged.digest };
          return [problemAt(manifest, reference, words)];
        }),
};
