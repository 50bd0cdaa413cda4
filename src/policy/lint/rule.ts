import type { Digest } from '#kit/digest.ts';
import type { Reference } from '#image/reference.ts';
import type { ImageGlob } from '#policy/languages/trust-policy/image-glob.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';

/** The rules, in the order in which they are asked. The names are stable. */
export const lintRuleNames = [
  'latest-tag',
  'tag-without-digest',
  'action-without-commit',
  'short-name',
  'image-not-allowed',
  'image-pull-policy',
  'tags-differ',
  'secret-in-environment',
  'moved-tag',
  'platform-digest',
] as const;
export type LintRuleName = (typeof lintRuleNames)[number];

/** How bad it is: an error breaks what somebody relies on, a warning may, a note is worth a look. */
export const lintSeverities = ['error', 'warning', 'note'] as const;
export type LintSeverity = (typeof lintSeverities)[number];

/** A rule of how files should name images. */
export interface LintRule {
  readonly name: LintRuleName;
  readonly severity: LintSeverity;
  /** Looks at all files together. What a registry must be asked for is left out where there is none. */
  find(files: readonly Manifest[], context: LintContext): readonly LintProblem[] | Promise<readonly LintProblem[]>;
}

/** What a rule may ask. */
export interface LintContext {
  /** Patterns of images that may be used; none means all. */
  readonly allowed: readonly ImageGlob[];
  /** What a reference is in its registry; nothing where nobody may be asked. */
  readonly look?: Look;
}

export type Look = (reference: Reference) => Promise<Looked>;

export type Looked =
  | {
      readonly kind: 'found';
      readonly digest: Digest;
      /** The images of an index; nothing for what is one image. */
      readonly members?: readonly Digest[];
    }
  | { readonly kind: 'failed'; readonly why: string };

/** Something that a rule has found, or has not been able to find out. */
export interface LintProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What uses it, for a person. */
  readonly place: string;
  /** What the sentence names. */
  readonly words: Readonly<Record<string, string>>;
  /** Why the rule could not find out whether it is one. */
  readonly unknown?: string;
}
