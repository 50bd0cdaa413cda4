import { parseDigest, type Digest } from '#kit/digest.ts';
import { parseReference, type Reference } from '#image/reference.ts';
import type { ManifestReference } from '#policy/manifests/reference.ts';

/** What a file says about the version of an image or an action. */
export type WrittenPin =
  /** A digest or commit; `version` is the tag that it was taken from, if the file says so. */
  | { readonly state: 'pinned'; readonly target: Target; readonly digest: string; readonly version?: string }
  /** A tag or branch, which may mean something else tomorrow. */
  | { readonly state: 'mutable'; readonly target: Target; readonly version: string }
  | { readonly state: 'invalid'; readonly why: string };

/** What is asked about: an image in its registry, or a repository of actions. */
export type Target =
  | { readonly kind: 'image'; readonly reference: Reference }
  | { readonly kind: 'action'; readonly repository: string };

/** Reads what a file says about the version of a reference. */
export function writtenPin(text: string, reference: ManifestReference): WrittenPin {
  return reference.kind === 'image' ? imagePin(reference.text) : actionPin(text, reference);
}

function imagePin(text: string): WrittenPin {
  try {
    const reference = parseReference(text);
    const { digest, tag } = reference;
    const target = { kind: 'image', reference } as const;
    if (digest !== undefined) return { state: 'pinned', target, digest, version: tag };
    return { state: 'mutable', target, version: tag ?? 'latest' };
  } catch (error) {
    return { state: 'invalid', why: error instanceof Error ? error.message : String(error) };
  }
}

function actionPin(text: string, { text: named, slot }: ManifestReference): WrittenPin {
  const at = named.lastIndexOf('@');
  const [owner = '', name = ''] = named.slice(0, at).split('/');
  const target = { kind: 'action', repository: `${owner}/${name}` } as const;
  const version = named.slice(at + 1);
  if (!isCommit(version)) return { state: 'mutable', target, version };
  const comment = slot.kind === 'commit' ? slot.comment : undefined;
  const said = comment === undefined ? undefined : versionIn(text.slice(comment.start, comment.end))?.version;
  return { state: 'pinned', target, digest: version, version: said };
}

/** A commit by its whole name: SHA-1, or SHA-256 in repositories that have it. */
function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The version at the start of a comment, as people and their tools leave it behind a commit: `# v4`, `# tag=v4.1`. */
export function versionIn(comment: string): { readonly version: string; readonly start: number } | undefined {
  const found = /^[ \t]*#[ \t]*(?:tag=|ref=)?(v?\d[\w.+-]*|[A-Za-z][\w./-]*(?=[ \t]*$))/.exec(comment);
  const [whole, version] = found ?? [];
  return whole === undefined || version === undefined ? undefined : { version, start: whole.length - version.length };
}

/** The digest that a text ends with, behind an `@`. */
export function digestAtEnd(text: string): { readonly digest: Digest; readonly at: number } | undefined {
  const at = text.lastIndexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  return digest === undefined ? undefined : { digest, at };
}
