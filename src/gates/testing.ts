import { digestOf, type Digest } from '#kit/digest.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import { changeObject, decide } from '#policy/decide.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import type { Policy } from '#policy/policy.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { noResources, type Surroundings } from '#policy/surroundings.ts';
import type { Judge } from './judge.ts';

/** A registry in which every tag of a map means something, and nothing else is. */
export type Tags = Map<string, Digest>;

/** A judge who asks these policies, in a world in which tags mean what the map says. */
export function judgeOf(policies: readonly Policy[], tags: Tags = new Map()): Judge {
  return {
    open(question) {
      const surroundings = surroundingsOf(tags);
      return {
        decide: () => decide(policies, question, surroundings),
        change: () => changeObject(policies, question, surroundings),
        resolve: async (reference) => (await surroundings.evidenceOf(reference).resolve()).digest,
      };
    },
  };
}

/** A world of one question: each reference means one thing in it. */
function surroundingsOf(tags: Tags, now = new Date('2026-01-01T00:00:00Z')): Surroundings {
  const known = new Map<string, Evidence>();
  return {
    now,
    evidenceOf(reference) {
      const name = formatReference(reference);
      const evidence = known.get(name) ?? evidenceOf(reference, tags);
      known.set(name, evidence);
      return evidence;
    },
    trustRoot: () => Promise.reject(new Error('nobody is trusted here')),
    key: () => Promise.reject(new Error('there are no keys here')),
    resources: noResources,
  };
}

function evidenceOf(reference: Reference, tags: Tags): Evidence {
  const name = formatReference(reference);
  const absent = () => Promise.reject(new Error(`${name} has nothing of the kind`));
  let resolved: Promise<{ digest: Digest; isIndex: boolean }> | undefined;
  return {
    reference,
    resolve: () => (resolved ??= resolve(reference, tags)),
    describe: absent,
    stored: () => Promise.resolve([]),
    scan: absent,
  };
}

function resolve(reference: Reference, tags: Tags): Promise<{ digest: Digest; isIndex: boolean }> {
  const digest = reference.digest ?? tags.get(formatReference(reference));
  if (digest === undefined) return Promise.reject(new Error(`there is no ${formatReference(reference)}`));
  return Promise.resolve({ digest, isIndex: false });
}

/** A policy that lets pass only these digests. */
export function onlyDigests(allowed: ReadonlySet<Digest>, mode: Mode = 'enforce'): Policy {
  return {
    name: 'only-known',
    language: 'trust-policy',
    remarks: [],
    describe: () => [],
    decide: ({ images }, surroundings) =>
      Promise.all(images.map(async ({ image, pointer }) => outcomeOf(image, pointer, surroundings, allowed, mode))),
  };
}

async function outcomeOf(
  written: string,
  pointer: string | undefined,
  surroundings: Surroundings,
  allowed: ReadonlySet<Digest>,
  mode: Mode,
): Promise<RuleOutcome> {
  const rule = { policy: 'only-known', rule: 'signed', mode, evidence: [] };
  try {
    const { digest } = await surroundings.evidenceOf(parseReference(written)).resolve();
    const image = { written, digest, pointer };
    if (allowed.has(digest)) return { ...rule, image, outcome: 'passed', reason: reasonOf('passed') };
    return { ...rule, image, outcome: 'failed', reason: reasonOf('unsigned') };
  } catch (error) {
    const reason = reasonOf('image-unavailable', { problem: error instanceof Error ? error.message : '' });
    return { ...rule, image: { written, pointer }, outcome: 'unknown', reason };
  }
}

/** A digest of nothing in particular. */
export function someDigest(name: string): Digest {
  return digestOf(name);
}
