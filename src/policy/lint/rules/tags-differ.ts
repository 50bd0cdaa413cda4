import { imagesIn, problemAt, type LintedImage } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';

/** One image in several versions: often one place was forgotten when the others were moved on. */
export const tagsDiffer: LintRule = {
  name: 'tags-differ',
  severity: 'note',
  find: (files) => {
    const groups = new Map<string, LintedImage[]>();
    for (const one of imagesIn(files)) {
      const name = `${one.image.host}/${one.image.repository}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [one]);
      else group.push(one);
    }
    return [...groups].flatMap(([image, uses]) => problemsOf(image, uses));
  },
};

/** One problem a version but the first. */
function problemsOf(image: string, uses: readonly LintedImage[]) {
  const [first, ...others] = uses;
  const seen = new Set([first?.image.tag]);
  return others.flatMap(({ manifest, reference, image: { tag } }) => {
    if (first?.image.tag === undefined || tag === undefined || seen.has(tag)) return [];
    seen.add(tag);
    const other = `${first.manifest.path}:${first.reference.line}`;
    return [problemAt(manifest, reference, { image, tag, first: first.image.tag, where: other })];
  });
}
