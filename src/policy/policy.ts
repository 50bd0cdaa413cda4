import type { JsonObject } from '#kit/narrow.ts';
import type { Said } from './description/said.ts';
import type { RuleOutcome } from './outcome.ts';
import type { Question } from './question.ts';
import type { SpokenLanguage } from './reasons/explain.ts';
import type { Surroundings } from './surroundings.ts';

/** A policy that can be asked, whichever language it was written in. */
export interface Policy {
  /** What outcomes call it; a policy of one namespace has that before its name. */
  readonly name: string;
  readonly language: LanguageName;
  /** What whoever wrote it should know, such as containers that it does not look at. */
  readonly remarks: readonly Said[];
  /** What it demands, as sentences for people who read no YAML. */
  readonly describe: (language: SpokenLanguage) => readonly string[];
  /**
   * Decides: an outcome for every rule, and where a rule is about images for every image. A rule that does not apply is skipped
   * or left out. Never fails for what is asked: what cannot be found out is `unknown`.
   */
  decide(question: Question, surroundings: Surroundings): Promise<readonly RuleOutcome[]>;
  /**
   * The object as the policy wants it, such as with digests beside tags: a new one, or the very same if there is nothing to
   * change. Only in languages that change objects. @throws what makes it impossible: then it is for `decide` to say so
   */
  change?(question: Question, surroundings: Surroundings): Promise<JsonObject | undefined>;
}

/** The names of all languages; a test compares them with the list. */
export const languageNames = [
  'trust-policy',
  'kyverno',
  'kyverno-cel',
  'validating-admission-policy',
  'cluster-image-policy',
  'connaisseur',
] as const;
export type LanguageName = (typeof languageNames)[number];

/** One language. Each is one folder, listed in `languages/index.ts`. */
export interface Language {
  readonly name: LanguageName;
  /** Whether a document is a policy of this language. */
  isPolicy(document: JsonObject): boolean;
  /** Whether a document is no policy, but belongs to those of this language, such as an exception. */
  isCompanion(document: JsonObject): boolean;
  /**
   * Makes a policy of a document. Every field is understood or refused by name: what a policy says and a gate does not do
   * would be a hole.
   * @param companions the other documents of this language that were loaded with it
   * @throws `policy-invalid`, `policy-unsupported`, with the path of the field
   */
  compile(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy;
}

/** A document of a file. */
export interface PolicyDocument {
  /** File, and position in it where it has several documents. */
  readonly origin: string;
  readonly body: JsonObject;
}
