import { asObject, asText } from '#kit/narrow.ts';
import { problemAt, referenceOf } from '#policy/lint/images.ts';
import type { LintProblem, LintRule } from '#policy/lint/rule.ts';
import type { ManifestObject } from '#policy/manifests/format.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';

/**
 * What `imagePullPolicy` makes of an image that a node has already: with `IfNotPresent` and a tag, each node keeps the image that the tag
 * meant when it came there; with `Never`, whatever somebody has put there runs, and no registry is asked.
 */
export const imagePullPolicy: LintRule = {
  name: 'image-pull-policy',
  severity: 'warning',
  find: (files) => files.flatMap((manifest) => manifest.objects.flatMap((object) => problemsIn(manifest, object))),
};

function problemsIn(manifest: Manifest, inFile: ManifestObject): LintProblem[] {
  const { object, place, images } = inFile;
  return images.flatMap(({ name, image, pointer }) => {
    const container = (stepsOf(pointer) ?? []).slice(0, -1).reduce<unknown>(stepInto, object);
    const policy = asText(asObject(container)?.['imagePullPolicy']);
    const trap = policy === 'Never' || (policy === 'IfNotPresent' && isMutable(image));
    if (!trap) return [];
    const position = inFile.positionOf(pointer.replace(/[^/]*$/, 'imagePullPolicy'));
    return [problemAt(manifest, { ...position, place: `${place} container ${name}`.trimEnd() }, { image, policy })];
  });
}

function isMutable(image: string): boolean {
  const reference = referenceOf(image);
  return reference !== undefined && reference.digest === undefined;
}
