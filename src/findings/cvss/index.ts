import type { CvssScore, CvssVersion } from './score.ts';
import { v20 } from './v20.ts';
import { v30 } from './v30.ts';
import { v31 } from './v31.ts';
import { v40 } from './v40.ts';

export type { CvssScore } from './score.ts';

/** Every version of CVSS that has vectors, newest first. To add one, write its file and name it here. */
const versions: readonly CvssVersion[] = [v40, v31, v30, v20];

/** A vector of version 4.0 that names every metric has 178 characters; nothing longer than this is one. */
const longestVector = 256;

/**
 * The score of a CVSS vector by its base metrics, and the one that it *states*, as the official calculators show it: with the
 * temporal, threat and environmental metrics that it defines, else of its base metrics alone. So of versions 2.0 and 3.x the
 * environmental score if any metric of that group is defined, else the temporal one if any of that, else the base score; of
 * version 4.0 the one score that it has.
 *
 * Strict as the specifications are: metrics and values in their own letters, none twice, no base metric left out; and in 4.0, which
 * calls every other order invalid, in order. More is read only where it occurs and means one thing: a slash at the end, and for 2.0
 * the prefix `CVSS:2.0/` or parentheses around it. Text without a prefix can only be of version 2.0.
 *
 * CVSS is owned by FIRST and used by permission (first.org/cvss).
 * @returns nothing if the text is not a vector, whatever else it is
 * @example scoreVector('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')?.score // 9.8
 */
export function scoreVector(vector: string): CvssScore | undefined {
  if (vector.length > longestVector) return undefined;
  const version = versions.find(({ prefix }) => vector.startsWith(prefix));
  return version === undefined ? v20.score(vector) : version.score(vector.slice(version.prefix.length));
}
