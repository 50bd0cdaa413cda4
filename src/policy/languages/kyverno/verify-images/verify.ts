import { BullaError } from '#kit/error.ts';
import { parseReference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { vouchersOf, type Vouching } from '#policy/evidence/vouching.ts';
import { evaluateConditions } from '#policy/languages/kyverno/conditions/conditions.ts';
import { imageFields, type ImageInfo } from '#policy/languages/kyverno/images/image-info.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substitute, substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { failed, passed, type Judgement } from '#policy/languages/judge-image.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { isRefusal } from '#signatures/refusal.ts';
import type { Demand } from '#signatures/judge.ts';
import type { Stored } from '#signatures/storage/stored.ts';
import { readSimpleSigning } from '#signatures/subject.ts';
import { readAttestorSet, type Attestor, type AttestorSet } from './attestor-set.ts';
import { tally } from './tally.ts';
import type { Verification, WantedAttestation } from './verification.ts';

/**
 * Judges an image by a demand: every set of attestors has signed it, every attestation is there and as its conditions say.
 * @throws what cannot be had: then it is not known
 */
export async function verifyImage(
  verification: Verification,
  info: ImageInfo,
  evidence: Evidence,
  outer: Scope,
): Promise<Judgement> {
  const scope = outer.with({ image: imageFields(info) });
  const asked: Asked = { verification, evidence, scope };
  try {
    const { refused, proofs } = await checkSigned(asked);
    if (refused !== undefined) return refused;
    const { names, ...stated } = await checkStated(asked);
    if (stated.refused !== undefined) return stated.refused;
    return (await checkDenied(verification, scope.with(names))) ?? passed([...proofs, ...stated.proofs]);
  } catch (error) {
    // A policy that names what is no key has nobody who could have signed.
    if (!(error instanceof BullaError) || error.code !== 'key-invalid') throw error;
    return failed('signature-refused', { refusals: `${error.message} (${error.code})` }, [], error.hint);
  }
}

interface Asked {
  readonly verification: Verification;
  readonly evidence: Evidence;
  readonly scope: Scope;
}

interface Checked {
  readonly refused?: Judgement;
  readonly proofs: readonly EvidenceItem[];
}

async function checkSigned(asked: Asked): Promise<Checked> {
  const proofs: EvidenceItem[] = [];
  for (const written of asked.verification.attestors) {
    const set = await readNow(written, asked);
    const said = await tally(set, async (attestor) => {
      const vouching = await vouchedBy(attestor, { kind: 'signature' }, asked);
      return { ...vouching, holds: vouching.vouched.length > 0 };
    });
    proofs.push(...said.proofs);
    if (said.holding >= set.count) continue;
    const { refusals } = said;
    if (refusals.length === 0) return { refused: failed('unsigned', {}, proofs), proofs };
    const found = String(said.holding);
    return said.holding > 0
      ? { refused: failed('signers-too-few', { found, needed: String(set.count) }, proofs), proofs }
      : { refused: failed('signature-refused', { refusals: refusals.join('; ') }, proofs), proofs };
  }
  return { proofs };
}

async function checkStated(asked: Asked): Promise<Checked & { readonly names: JsonObject }> {
  const proofs: EvidenceItem[] = [];
  const names: [string, unknown][] = [];
  for (const wanted of asked.verification.attestations) {
    const { type, name, attestors } = wanted;
    // Older clients wrote some types without their scheme.
    const types = [...predicateTypeOf(type), ...(type.includes('://') ? [] : [`https://${type}`])];
    for (const written of attestors) {
      const set = await readNow(written, asked);
      const said = await tally(set, async (attestor) => {
        const vouching = await vouchedBy(attestor, { kind: 'attestation', types }, asked);
        const predicates = vouching.vouched.map(({ statement }) => statement?.predicate);
        if (name !== '' && predicates.length > 0) names.push([name, predicates[0]]);
        const problem = await firstRefused(predicates, wanted, asked.scope);
        const refusals = problem === undefined ? vouching.refusals : [problem];
        return { ...vouching, refusals, holds: predicates.length > 0 && problem === undefined };
      });
      proofs.push(...said.proofs);
      if (said.holding >= set.count) continue;
      const refusals = said.refusals.join('; ');
      const refused =
        refusals === ''
          ? failed('attestation-missing', { type }, proofs)
          : failed('attestation-refused', { type, refusals }, proofs);
      return { refused, proofs, names: {} };
    }
  }
  return { proofs, names: Object.fromEntries(names) };
}

/** All that these have stated must be as the conditions say; what others state says nothing. */
async function firstRefused(
  predicates: readonly unknown[],
  { conditions }: WantedAttestation,
  scope: Scope,
): Promise<string | undefined> {
  if (conditions === undefined) return undefined;
  for (const predicate of predicates) {
    const fields = Object.entries(asObject(predicate) ?? {}).filter(([key]) => !reserved.includes(key));
    try {
      const { holds, messages } = await evaluateConditions(conditions, scope.with(Object.fromEntries(fields)));
      if (!holds) return messages.length === 0 ? 'its conditions do not hold' : messages.join('; ');
    } catch (error) {
      // Conditions about what is not stated do not hold.
      if (!(error instanceof BullaError) || error.code !== 'expression-failed') throw error;
      return error.message;
    }
  }
  return undefined;
}

/** What is stated does not change what is asked. */
const reserved: readonly string[] = ['request', 'images', 'image', 'element', 'serviceAccountName'];

async function checkDenied({ deny, message }: Verification, scope: Scope): Promise<Judgement | undefined> {
  if (deny === undefined) return undefined;
  const { holds, messages } = await evaluateConditions(deny['conditions'], scope);
  if (!holds) return undefined;
  const said = [message ?? '', ...messages].filter((text) => text !== '').join('; ');
  return failed('condition-refused', {}, [], said === '' ? undefined : await substituteText(said, scope));
}

/** A set of attestors with its variables replaced. */
async function readNow(written: unknown, { verification, scope }: Asked): Promise<AttestorSet> {
  return readAttestorSet(await substitute(written, scope), verification);
}

async function vouchedBy(
  attestor: Attestor,
  wanted: Demand['wanted'],
  { verification, evidence, scope }: Asked,
): Promise<Vouching> {
  const demand = await attestor.demand(scope.world.surroundings);
  const repository = await repositoryOf(attestor.repository || verification.repository, scope);
  const annotations = Object.keys(attestor.annotations).length > 0 ? attestor.annotations : verification.annotations;
  const says = wanted.kind === 'signature' ? saysAll(annotations) : () => true;
  const holds = (stored: Stored) => (attestor.holds?.(stored) ?? true) && says(stored);
  return vouchersOf(evidence, { ...demand, wanted }, { repository, holds });
}

async function repositoryOf(written: string, scope: Scope): Promise<string | undefined> {
  if (written === '') return undefined;
  const { host, repository } = parseReference(`${await substituteText(written, scope)}:latest`);
  return `${host}/${repository}`;
}

/** Whether a signature says all of these beside that it is one, which only payloads of cosign can. */
function saysAll(annotations: Readonly<Record<string, string>>): (stored: Stored) => boolean {
  const wanted = Object.entries(annotations);
  if (wanted.length === 0) return () => true;
  return ({ content }) => {
    if (content.kind !== 'signed' || content.signed.content.kind !== 'payload') return false;
    const payload = readSimpleSigning(content.signed.content.bytes);
    return (
      !isRefusal(payload) &&
      wanted.every(([key, value]) => Object.hasOwn(payload.annotations, key) && payload.annotations[key] === value)
    );
  };
}
