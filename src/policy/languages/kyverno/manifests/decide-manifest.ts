import { BullaError } from '#kit/error.ts';
import { asTextMap, type JsonObject } from '#kit/narrow.ts';
import { refusalsOf, witnessed } from '#policy/evidence/vouching.ts';
import type { Subject } from '#policy/languages/kyverno/match/subject.ts';
import { failed, passed, skipped, unknown, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import type { Attestor } from '#policy/languages/kyverno/verify-images/attestor-set.ts';
import { tally, type Ballot } from '#policy/languages/kyverno/verify-images/tally.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { artifactOfBytes, type Artifact } from '#signatures/artifact.ts';
import { judgeSigned, type Demand, type Vouched } from '#signatures/judge.ts';
import { isRefusal, type Refusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import { verificationOf, verificationToJson } from '#signatures/verification.ts';
import { readCarried, type Carried } from './carried.ts';
import { changed } from './changed.ts';
import { differencesOf } from './differences.ts';
import { findSigned } from './find-signed.ts';
import { notOnlyPinned } from './pinned.ts';
import type { ManifestDemand } from './read-manifests.ts';
import { readMessage } from './read-message.ts';

/**
 * Whether an object carries a manifest that the demanded attestors have signed, and is as that says. The message is taken apart no
 * further than signatures need before they hold. Never fails: what cannot be found out is unknown.
 */
export async function decideManifest(
  demand: ManifestDemand,
  { request, object, annotations, name }: Subject,
  surroundings: Surroundings,
): Promise<RuleResult> {
  if (request.object === undefined) return skipped('there is no object that is to be');
  const about = `${request.kind.kind}/${name}`;
  const carried = readCarried(annotations, demand.domain);
  if ('problem' in carried) return unsigned(about, carried.problem);
  try {
    const { refused, proofs } = await checkSigned(demand, { about, annotations, carried, surroundings });
    if (refused !== undefined) return refused;
    const same = await checkSame(demand, { about, object, carried, surroundings });
    return { ...same, evidence: [...proofs, ...same.evidence] };
  } catch (error) {
    // A policy that names what is no key has nobody who could have signed.
    if (!(error instanceof BullaError) || error.code !== 'key-invalid') return unknown(error);
    return failed('manifest-refused', { object: about, refusals: `${error.message} (${error.code})` }, [], error.hint);
  }
}

function unsigned(object: string, problem: string, evidence: readonly EvidenceItem[] = []): RuleResult {
  return failed('manifest-unsigned', { object, problem }, evidence);
}

interface Asked {
  /** The object, for a person. */
  readonly about: string;
  readonly carried: Carried;
  readonly surroundings: Surroundings;
}

interface Checked {
  readonly refused?: RuleResult;
  readonly proofs: readonly EvidenceItem[];
}

async function checkSigned(
  { attestors }: ManifestDemand,
  asked: Asked & { readonly annotations: Readonly<Record<string, string>> },
): Promise<Checked> {
  const proofs: EvidenceItem[] = [];
  for (const set of attestors) {
    const { holding, refusals, proofs: shown } = await tally(set, ballotOf(asked));
    proofs.push(...shown);
    if (holding >= set.count) continue;
    const counted = holding > 0 ? [`only ${holding} of ${set.count} signers have signed it`] : [];
    const words = { object: asked.about, refusals: [...counted, ...refusals].join('; ') };
    return { refused: failed('manifest-refused', words, proofs), proofs };
  }
  return { proofs };
}

function ballotOf({ about, annotations, carried, surroundings }: Parameters<typeof checkSigned>[1]): Ballot {
  const artifact = artifactOfBytes(carried.message);
  return async (attestor) => {
    const demand = { ...(await attestor.demand(surroundings)), wanted: { kind: 'signature' } as const };
    const judged = carried.signatures.map(({ annotation, signed }) => ({
      stored: { format: 'cosign-signature', file: annotation } as const,
      outcome: isRefusal(signed) ? signed : judge(signed, artifact, demand),
    }));
    const vouches = judged.some(({ outcome }) => !isRefusal(outcome));
    const missing = vouches ? missingAnnotation(attestor, annotations) : undefined;
    return {
      holds: vouches && missing === undefined,
      refusals:
        missing === undefined ? refusalsOf(judged) : [`its annotation ${missing} is not as the attestor wants it`],
      proof: { what: 'verification', value: verificationToJson(verificationOf(about, undefined, judged, 1)) },
    };
  };
}

/** Who names a key believes it, whatever certificate lies beside the signature. */
function judge(signed: Signed, artifact: Artifact, demand: Demand): Vouched | Refusal {
  const { trust, keys } = demand.verifier;
  const outcome = judgeSigned(witnessed(signed, trust), artifact, demand);
  if (!isRefusal(outcome) || signed.signer.kind === 'key' || keys.length === 0) return outcome;
  return judgeSigned(witnessed({ ...signed, signer: { kind: 'key' } }, trust), artifact, demand);
}

/** Annotations are those of the object, which are signed like the rest of it. */
function missingAnnotation(attestor: Attestor, found: Readonly<Record<string, string>>): string | undefined {
  const wanted = Object.entries(attestor.annotations);
  return wanted.find(([key, value]) => !Object.hasOwn(found, key) || found[key] !== value)?.[0];
}

async function checkSame(
  demand: ManifestDemand,
  { about, object, carried, surroundings }: Asked & { readonly object: JsonObject },
): Promise<RuleResult> {
  const manifests = await readMessage(carried.message);
  if ('problem' in manifests) return unsigned(about, `what was signed cannot be read: ${manifests.problem}`);
  const meant = findSigned(manifests, object);
  let nearest: RuleResult | undefined;
  for (const manifest of meant) {
    const differences = await notOnlyPinned(differencesOf(object, manifest, demand), surroundings);
    if (differences.length === 0) return passed;
    nearest ??= changed(about, object, differences);
  }
  return nearest ?? unsigned(about, 'the signed manifests are of other objects', [namesOf(manifests)]);
}

const mostNames = 20;

function namesOf(manifests: readonly JsonObject[]): EvidenceItem {
  const names = manifests
    .slice(0, mostNames)
    .map(({ kind, metadata }) => `${String(kind)}/${asTextMap(metadata)['name'] ?? ''}`);
  return { what: 'signed manifests', value: names };
}
