import { formatReference, type Reference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { gatherEvidence } from '#policy/evidence/gather.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { Deadline } from './deadline.ts';
import type { EvidencePool } from './evidence-pool.ts';
import type { ScopedAccess, World } from './world.ts';

/** What the surroundings of one question are made of. */
export interface QuestionWorld {
  readonly world: World;
  /** Asked when evidence is needed, and not before: it may have to read secrets. */
  readonly access: () => Promise<ScopedAccess>;
  readonly pool: EvidencePool;
  readonly deadline: Deadline;
  readonly now: Date;
}

/**
 * The world as one question sees it. A tag is asked for anew in each question, and means one thing throughout it; everything else
 * goes by the digest and is shared with other questions. Nothing is waited for longer than there is time.
 */
export function surroundingsOf({ world, access, pool, deadline, now }: QuestionWorld): Surroundings {
  const known = new Map<string, Evidence>();
  let opened: Promise<ScopedAccess> | undefined;
  const accessOnce = () => (opened ??= access());
  return {
    now,
    evidenceOf(reference) {
      const name = formatReference(reference);
      const evidence = known.get(name) ?? timed(evidenceOf(reference, accessOnce, pool), deadline);
      known.set(name, evidence);
      return evidence;
    },
    trustRoot: () => deadline(world.trustRoot()),
    key: (written) => deadline(world.key(written)),
    firstSeen: (things) => deadline(world.firstSeen(things, now)),
    resources: {
      get: (wanted) => deadline(world.resources.get(wanted)),
      list: (wanted) => deadline(world.resources.list(wanted)),
    },
  };
}

function evidenceOf(reference: Reference, access: () => Promise<ScopedAccess>, pool: EvidencePool): Evidence {
  const { digest } = reference;
  let resolving: ReturnType<Evidence['resolve']> | undefined;
  const resolve = () =>
    (resolving ??= access().then((opened) =>
      digest === undefined
        ? gatherEvidence(reference, opened).resolve()
        : pool.get({ ...reference, digest }, opened).resolve(),
    ));
  const pooled = async () => {
    const [opened, known] = await Promise.all([access(), digest ?? resolve().then((resolved) => resolved.digest)]);
    return pool.get({ ...reference, digest: known }, opened);
  };
  return {
    reference,
    resolve,
    describe: async () => (await pooled()).describe(),
    stored: async (repository) => (await pooled()).stored(repository),
    scan: async () => (await pooled()).scan(),
  };
}

function timed(evidence: Evidence, within: Deadline): Evidence {
  return {
    reference: evidence.reference,
    resolve: () => within(evidence.resolve()),
    describe: () => within(evidence.describe()),
    stored: (repository) => within(evidence.stored(repository)),
    scan: () => within(evidence.scan()),
  };
}
