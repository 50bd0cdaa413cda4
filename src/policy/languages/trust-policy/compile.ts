import { ZodError, type z } from 'zod';
import { BullaError, messageOf } from '#kit/error.ts';
import { parseReference, type Reference } from '#image/reference.ts';
import type { Said } from '#policy/description/said.ts';
import { policyError } from '#policy/errors.ts';
import { unavailable } from '#policy/evidence/unavailable.ts';
import type { JudgedImage, Mode, RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { exceptionSchema, isInForce, readAllowance, type Allowance } from './exception.ts';
import type { AskedImage, ImageRule, Judgement } from './rule.ts';
import { ruleKinds } from './rules/index.ts';
import { trustPolicySchema, type WrittenPolicy } from './schema.ts';
import { describeScope, readScope, type Scope } from './scope.ts';
import { readTrust } from './trust.ts';

/**
 * Makes a policy of a `TrustPolicy`, with the exceptions that were loaded with it.
 * @throws `policy-invalid` with the path of the field, `identity-invalid`, `trust-root-invalid`
 */
export function compileTrustPolicy(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const written = read(trustPolicySchema, document);
  const { name } = written.metadata;
  const scope = readScope(written);
  const rules = readRules(written);
  const exceptions = companions.filter(({ body }) => body['kind'] === 'TrustException');
  const allowances = exceptions.flatMap((companion) => {
    const exception = read(exceptionSchema, companion);
    return exception.spec.policy === name ? readAllowance(exception, written.spec.exceptions) : [];
  });
  const compiled: Compiled = { name, scope, rules, allowances };
  return {
    name,
    language: 'trust-policy',
    remarks: remarksOf(written),
    describe: (language) => describePolicy(written, language),
    decide: (question, surroundings) => decideAll(compiled, question, surroundings),
  };
}

interface Compiled {
  readonly name: string;
  readonly scope: Scope;
  readonly rules: readonly { readonly name: string; readonly rule: ImageRule }[];
  readonly allowances: readonly Allowance[];
}

function read<Schema extends z.ZodType>(schema: Schema, { body }: PolicyDocument): z.infer<Schema> {
  try {
    return schema.parse(body);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [issue] = error.issues;
    const path = (issue?.path ?? []).map(String).join('.');
    throw policyError(
      'policy-invalid',
      `${path === '' ? 'the document' : path}: ${issue?.message ?? 'it is not valid'}`,
      {
        hint: 'docs/policy.md has all fields; schemas/trust-policy.schema.json is for your editor',
      },
    );
  }
}

function readRules({ spec }: WrittenPolicy): Compiled['rules'] {
  const trust = readTrust(spec.trust);
  return ruleKinds.flatMap(({ name, compile }) => {
    const value = spec.rules?.[name];
    return value === undefined ? [] : [{ name, rule: compile(value, { trust }) }];
  });
}

function describePolicy({ spec }: WrittenPolicy, language: SpokenLanguage): readonly string[] {
  const described = ruleKinds.flatMap(({ name, describe }) => {
    const value = spec.rules?.[name];
    return value === undefined ? [] : describe(value)[language];
  });
  return [
    ...(spec.description === undefined ? [] : [spec.description]),
    ...describeScope(spec)[language],
    ...described,
  ];
}

function remarksOf({ spec }: WrittenPolicy): readonly Said[] {
  const isEmpty = Object.keys(spec.rules ?? {}).length === 0;
  if (!isEmpty) return [];
  return [
    { en: 'it has no rules, so that every image passes', de: 'sie hat keine Regeln, sodass jedes Image durchkommt' },
  ];
}

async function decideAll(
  policy: Compiled,
  question: Question,
  surroundings: Surroundings,
): Promise<readonly RuleOutcome[]> {
  if (!policy.scope.coversPlace(question.place)) return [];
  const mode = policy.scope.modeAt(question.place);
  const outcomes = await Promise.all(
    question.images.map((use) => decideImage(policy, use, mode, question, surroundings)),
  );
  return outcomes.flat();
}

async function decideImage(
  policy: Compiled,
  use: ImageUse,
  mode: Mode,
  question: Question,
  surroundings: Surroundings,
): Promise<readonly RuleOutcome[]> {
  const image = { written: use.image, pointer: use.pointer };
  const reference = readReference(use);
  if (reference instanceof BullaError) {
    const reason = reasonOf('reference-invalid', { image: use.image, problem: problemOf(use, reference) });
    return [{ policy: policy.name, rule: 'reference', image, outcome: 'failed', mode, reason, evidence: [] }];
  }
  if (!policy.scope.coversImage(reference)) return [];
  const evidence = surroundings.evidenceOf(reference);
  const asked = { use, reference, evidence, question, surroundings };
  const allowances = await coveringAllowances(policy, asked);
  const judged = await Promise.all(
    policy.rules.map(async ({ name, rule }) => {
      const judgements = await judge(rule, { ...asked, allowances });
      const digest = reference.digest ?? (await knownDigest(asked, judgements));
      return judgements.map((judgement) => outcomeOf(policy.name, name, { ...image, digest }, mode, judgement));
    }),
  );
  return judged.flat().map((outcome) => excepted(outcome, allowances, surroundings.now));
}

function readReference({ image }: ImageUse): Reference | BullaError {
  try {
    return parseReference(image);
  } catch (error) {
    if (error instanceof BullaError) return error;
    throw error;
  }
}

/** What is wrong with a reference, without saying again which. */
function problemOf({ image }: ImageUse, error: BullaError): string {
  return messageOf(error).replace(`"${image}" is not an image reference: `, '');
}

/** Which exceptions cover it; an exception of a digest asks for the digest, the others do not. */
async function coveringAllowances(
  { allowances }: Compiled,
  { reference, evidence }: Pick<AskedImage, 'reference' | 'evidence'>,
): Promise<readonly Allowance[]> {
  if (allowances.length === 0) return [];
  const byName = allowances.filter(({ coversImage }) => coversImage(reference, reference.digest));
  if (byName.length === allowances.length || reference.digest !== undefined) return byName;
  const digest = await evidence.resolve().then(
    (resolved) => resolved.digest,
    () => undefined,
  );
  return allowances.filter(({ coversImage }) => coversImage(reference, digest));
}

async function judge(rule: ImageRule, image: AskedImage): Promise<readonly Judgement[]> {
  try {
    return await rule(image);
  } catch (error) {
    return [unavailable(error)];
  }
}

/** Rules about the name alone ask nobody for the digest, and nobody is asked only to say it. */
async function knownDigest({ evidence }: Pick<AskedImage, 'evidence'>, judgements: readonly Judgement[]) {
  const isJudged = judgements.some(({ evidence: items }) => items.length > 0);
  return isJudged
    ? evidence.resolve().then(
        ({ digest }) => digest,
        () => undefined,
      )
    : undefined;
}

function outcomeOf(
  policy: string,
  rule: string,
  image: JudgedImage,
  mode: Mode,
  { outcome, reason, evidence, atMost }: Judgement,
): RuleOutcome {
  const isSofter = atMost !== undefined && mode === 'enforce';
  return { policy, rule, image, outcome, mode: isSofter ? atMost : mode, atMost, reason, evidence };
}

/** A rule from which there is an exception counts as skipped, with the exception as its evidence. */
function excepted(outcome: RuleOutcome, allowances: readonly Allowance[], now: Date): RuleOutcome {
  if (outcome.outcome === 'passed' || outcome.outcome === 'skipped') return outcome;
  const naming = allowances.filter(({ rules }) => rules?.includes(outcome.rule) === true);
  const valid = naming.find((allowance) => isInForce(allowance, now));
  const said = naming.map((allowance) => ({ what: 'exception', value: sayAllowance(allowance, now) }));
  if (valid === undefined) return { ...outcome, evidence: [...outcome.evidence, ...said] };
  const reason = reasonOf('excepted', { image: outcome.image?.written ?? '', count: '1' }, valid.reason);
  return { ...outcome, outcome: 'skipped', reason, evidence: [...outcome.evidence, ...said] };
}

function sayAllowance({ name, approver, reason, expires, ticket, rejected }: Allowance, now: Date): object {
  const over = expires.getTime() > now.getTime() ? undefined : 'it has ended';
  return { name, approver, reason, ticket, expires: expires.toISOString(), rejected: rejected ?? over ?? null };
}
