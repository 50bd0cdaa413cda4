import { formatReference, type Reference } from '#image/reference.ts';
import type { Digest } from '#kit/digest.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { gatherEvidence } from '#policy/evidence/gather.ts';
import type { ScopedAccess } from './world.ts';

/** Evidence that several questions share, so that each image is looked at once, however many ask at the same time. */
export interface EvidencePool {
  /** The evidence of an image that is named by its digest. */
  get(reference: Reference & { readonly digest: Digest }, access: ScopedAccess): Evidence;
  /** Lets an image be looked at anew, because what was wrong with it may be mended by now; not more often than now and then. */
  doubt(digest: Digest): void;
}

/** Images whose evidence is at hand, and how long it counts as fresh: after that, new signatures are seen. */
const most = 500;
const freshFor = 5 * 60_000;
const undoubtedFor = 10_000;

interface Pooled {
  readonly digest: Digest;
  readonly evidence: Evidence;
  /** From when to when it counts, in milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

export function evidencePool(now: () => number): EvidencePool {
  const pool = new Map<string, Pooled>();
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
      pool.set(key, { digest, evidence, since: now(), until: now() + freshFor });
      const [oldest] = pool.keys();
      if (pool.size > most && oldest !== undefined) pool.delete(oldest);
      return evidence;
    },
    doubt(doubtful) {
      for (const [key, one] of pool) {
        const until = Math.min(one.until, one.since + undoubtedFor);
        if (one.digest === doubtful) pool.set(key, { ...one, until });
      }
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
