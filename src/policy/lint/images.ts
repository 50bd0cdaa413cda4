import { BullaError } from '#kit/error.ts';
import { parseReference, type Reference } from '#image/reference.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';
import type { ManifestReference } from '#policy/manifests/reference.ts';
import type { LintProblem } from './rule.ts';

/** An image that a file names, with what its name means. */
export interface LintedImage {
  readonly manifest: Manifest;
  readonly reference: ManifestReference;
  readonly image: Reference;
  /** Whether the text itself has a tag. */
  readonly hasTag: boolean;
}

/** The images of the files whose names are references; what is none is told by whoever reads it. */
export function imagesIn(files: readonly Manifest[]): LintedImage[] {
  return files.flatMap((manifest) =>
    manifest.references.flatMap((reference) => {
      const image = reference.kind === 'image' ? referenceOf(reference.text) : undefined;
      if (image === undefined) return [];
      const [name = ''] = reference.text.split('@');
      return [{ manifest, reference, image, hasTag: name.lastIndexOf(':') > name.lastIndexOf('/') }];
    }),
  );
}

/** A problem at the place where an image is named. */
export function problemAt(
  { path }: Manifest,
  { line, column, place }: Pick<ManifestReference, 'line' | 'column' | 'place'>,
  words: LintProblem['words'],
): LintProblem {
  return { file: path, line, column, place, words };
}

/** What a text means as a reference; nothing if it is none. */
export function referenceOf(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof BullaError) return undefined;
    throw error;
  }
}
