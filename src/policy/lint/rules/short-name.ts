import { formatReference } from '#image/reference.ts';
import { imagesIn, problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** A name without a registry: Docker takes Docker Hub, Podman and CRI-O whatever their machine is configured for. */
export const shortName: LintRule = {
  name: 'short-name',
  severity: 'warning',
  find: (files) =>
    imagesIn(files).flatMap(({ manifest, reference, image, hasTag }) =>
      namesRegistry(reference.text)
        ? []
        : [
            problemAt(manifest, reference, {
              image: reference.text,
              full: formatReference({ ...image, tag: hasTag ? image.tag : undefined }),
            }),
          ],
    ),
};

/** Docker's rule: what comes before the first slash is a registry if it cannot be a user of Docker Hub. */
function namesRegistry(text: string): boolean {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  return /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}
