import { imageNameOf, type ImageName } from './image-name.ts';
import type { Subject } from './report.ts';

/**
 * What a bill of materials is about: the image alone, not where it came from or through which index. All of it follows from the
 * digest, so that the same digest gives the same bytes; only a name that the user gives comes from elsewhere.
 */
export interface SbomSubject extends Omit<Subject, 'reference' | 'indexDigest' | 'title'> {
  readonly name: ImageName;
}

/**
 * Leaves out of a subject what its digest does not decide.
 *
 * @param subject its `base` must be told from the image itself; what is at hand beside it differs from place to place
 * @param named what the user calls the image; a name that begins with its registry gives a package URL
 */
export function sbomSubjectOf(subject: Subject, named?: string): SbomSubject {
  const { reference, digest, id, platform, created, title, base } = subject;
  const image = { digest, id, platform, created, base };
  if (named !== undefined) return { ...image, name: imageNameOf({ ...image, reference: named }) };
  // Without a digest, as for a folder, there is nothing else to tell it by.
  if (digest === undefined) return { ...image, name: { name: reference } };
  return { ...image, name: { name: title ?? unnamed } };
}

/** The name of images that do not name themselves; their digest tells them apart. */
const unnamed = 'image';
