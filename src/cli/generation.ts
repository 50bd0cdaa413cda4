/** Set by the build to the digest of all code that decides what an inventory says. */
declare const BULLA_GENERATION: string | undefined;

/** Names the code that reads images, so that results of other code are not used. Run from source, nothing is kept. */
export const generation: string | undefined = typeof BULLA_GENERATION === 'undefined' ? undefined : BULLA_GENERATION;
