import type { PredicateVersion } from './build.ts';
import { v01 } from './v0-1.ts';
import { v02 } from './v0-2.ts';
import { v1 } from './v1.ts';

/** Every version of SLSA provenance that is read. To add one, write its file and name it here. */
export const predicateVersions: readonly PredicateVersion[] = [v1, v02, v01];

/** The predicate types of all of them. */
export const provenanceTypes: readonly string[] = predicateVersions.flatMap(({ types }) => types);
