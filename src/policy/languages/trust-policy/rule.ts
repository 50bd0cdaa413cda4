import type { z } from 'zod';
import type { Reference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import type { EvidenceItem, Mode, Reason, RuleOutcome } from '#policy/outcome.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { Allowance } from './exception.ts';
import type { Trust } from './trust.ts';

/** One kind of rule: the field of `spec.rules` that it is, what stands there, and what is done. Listed in `rules/index.ts`. */
export interface RuleKind {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Makes the rule of what stands in its field. @throws `policy-invalid` for what the schema cannot know */
  readonly compile: (written: unknown, context: RuleContext) => ImageRule;
  /** What it demands, as sentences for people who read no YAML. */
  readonly describe: (written: unknown) => Described;
}

/** Sentences in each language for people. */
export type Described = Readonly<Record<SpokenLanguage, readonly string[]>>;

/** What the rest of the policy says that a rule needs. */
export interface RuleContext {
  readonly trust: Trust;
}

/** Judges one image. What cannot be had is thrown: it makes the rule unknown. */
export type ImageRule = (image: AskedImage) => Promise<readonly Judgement[]> | readonly Judgement[];

/** An image that is asked about. */
export interface AskedImage {
  readonly use: ImageUse;
  readonly reference: Reference;
  readonly evidence: Evidence;
  readonly question: Question;
  readonly surroundings: Surroundings;
  /** Exceptions that are in force for it here and now. */
  readonly allowances: readonly Allowance[];
}

/** What a rule says of an image. */
export interface Judgement {
  readonly outcome: RuleOutcome['outcome'];
  readonly reason: Reason;
  readonly evidence: readonly EvidenceItem[];
  /** Where the rule is meant less seriously than the policy: a deadline that has not passed only warns. */
  readonly atMost?: Mode;
}

/** A kind of rule whose field follows a schema. */
export function ruleKind<Schema extends z.ZodType>(kind: {
  readonly name: string;
  readonly schema: Schema;
  readonly compile: (written: z.infer<Schema>, context: RuleContext) => ImageRule;
  readonly describe: (written: z.infer<Schema>) => Described;
}): RuleKind {
  const { name, schema, compile, describe } = kind;
  return {
    name,
    schema,
    compile: (written, context) => compile(schema.parse(written), context),
    describe: (written) => describe(schema.parse(written)),
  };
}

export function passed(...evidence: EvidenceItem[]): Judgement {
  return { outcome: 'passed', reason: reasonOf('passed'), evidence };
}

export function failed(reason: Reason, ...evidence: EvidenceItem[]): Judgement {
  return { outcome: 'failed', reason, evidence };
}

export function unknown(reason: Reason, ...evidence: EvidenceItem[]): Judgement {
  return { outcome: 'unknown', reason, evidence };
}
