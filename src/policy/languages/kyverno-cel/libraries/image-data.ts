import { formatReference, parseReference } from '#image/reference.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import { fromJson } from '#policy/cel/json.ts';
import type { Run } from '#policy/cel/run.ts';
import { dyn, text } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { registryOf, tagOf } from './image.ts';

/** `image.GetMetadata(x)`: what an image says of itself, in the same shape as Kyverno has it. */
export const imageData: Library = {
  name: 'image data',
  functions: ['image.GetMetadata', 'image.getMetadata'].map((name) => fn(name, [text], dyn, dataOf)),
};

/** The documents of an image. Waits for them. */
export function dataOf(written: string, run: Run): Value {
  return run.waitFor(`image data ${written}`, () => fetchData(written, run.surroundings));
}

async function fetchData(written: string, surroundings: Surroundings): Promise<Value> {
  const reference = parseReference(written);
  const evidence = surroundings.evidenceOf(reference);
  const [{ digest }, { raw }] = await Promise.all([evidence.resolve(), evidence.describe()]);
  const { tag, repository } = reference;
  return fromJson({
    image: written,
    resolvedImage: formatReference({ ...reference, digest }),
    registry: registryOf(reference),
    repository,
    identifier: reference.digest ?? tag ?? 'latest',
    tag: tagOf(reference),
    digest,
    manifest: raw.manifest,
    config: raw.config,
    ...(raw.index === undefined ? {} : { imageIndex: raw.index }),
  });
}
