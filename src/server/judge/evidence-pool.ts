import { formatReference, type Reference } from '#image/reference.ts';
import type { Digest } from '#kit/digest.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { gatherEvidence } from '#policy/evidence/gather.ts';
import type { ScopedAccess } from './world.ts';

/** Evidence that several questions share, so that each image is looked at once, however many ask at the same time. */
export interface EvidencePool {
  /** The evidence of an image that is named by its digest. */
  get(reference: Reference & { readonly digest: Digest }, access: ScopedAccess): Evidence;
}

/** Images whose evidence is at hand, and how long it counts as fresh: after that, new signatures are seen. */
const most = 500;
const freshFor = 5 * 60_000;

export function evidencePool(now: () => number): EvidencePool {
  const pool = new Map<string, { readonly evidence: Evidence; readonly until: number }>();
  return {
    get(reference, access) {
      const { host, repository, digest } = reference;
      // The tag plays no part in what a digest means.
      const named = { host, repository, digest };
      const key = `${access.scope} ${formatReference(named)}`;
      const found = pool.get(key);
      if (found !== undefined && found.until > now()) return found.evidence;
      const evidence = forgetting(gatherEvidence(named, access), () => {
        // A newer one may be in its place.
        if (pool.get(key)?.evidence === evidence) pool.delete(key);
      });
      pool.delete(key);
      pool.set(key, { evidence, until: now() + freshFor });
      const [oldest] = pool.keys();
      if (pool.size > most && oldest !== undefined) pool.delete(oldest);
      return evidence;
    },
  };
}

/** Evidence that is asked for anew after a failure: one bad moment must not become a lasting answer. */
function forgetting(evidence: Evidence, forget: () => void): Evidence {
  const watched = <T>(work: Promise<T>): Promise<T> => {
    work.catch(forget);
    return work;
  };
  return {
    reference: evidence.reference,
    resolve: () => watched(evidence.resolve()),
    describe: () => watched(evidence.describe()),
    stored: (repository) => watched(evidence.stored(repository)),
    scan: () => watched(evidence.scan()),
  };
}
