import type { Digest } from '#kit/digest.ts';
import type { ReasonCode } from './reasons/reason.ts';

/** How seriously a policy is meant: written down, said to whoever asks, or enforced. */
export const modes = ['audit', 'warn', 'enforce'] as const;
export type Mode = (typeof modes)[number];

/** What one rule says of the whole question, or of one image of it. */
export interface RuleOutcome {
  readonly policy: string;
  readonly rule: string;
  /** The image that it is about; nothing for a rule about the object. */
  readonly image?: JudgedImage;
  /** `unknown` is a rule that could not be decided; `skipped` one that does not apply. */
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'skipped';
  readonly mode: Mode;
  /** However seriously the policy is meant, this outcome is meant no more than so: a deadline that has not passed only warns. */
  readonly atMost?: Mode;
  readonly reason: Reason;
  /** What the outcome rests on: fields of certificates, findings, values that were compared. */
  readonly evidence: readonly EvidenceItem[];
}

export interface JudgedImage {
  /** As it is written in the object or on the command line. */
  readonly written: string;
  /** What it meant when it was judged, as far as it was asked. */
  readonly digest?: Digest;
  /** JSON pointer of where it is written, if it is in an object. */
  readonly pointer?: string;
}

/** Why: a stable code, the words that its sentence needs, and what the policy's author says of it. */
export interface Reason {
  readonly code: ReasonCode;
  readonly words: Readonly<Record<string, string>>;
  readonly message?: string;
}

/** One piece of evidence: what it is, as text or as plain JSON. */
export interface EvidenceItem {
  readonly what: string;
  readonly value: unknown;
}
