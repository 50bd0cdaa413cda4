import type { ManifestReference, Slot } from '#policy/manifests/reference.ts';
import type { Edit } from './edit.ts';
import { digestAtEnd, versionIn } from './written-pin.ts';

/** What a reference is pinned to. */
export interface Pin {
  /** The digest of an image, or the commit of an action. */
  readonly digest: string;
  /** The tag or branch that it was taken from. */
  readonly version: string;
}

/**
 * The changes that pin a reference, or move its pin; nothing but the reference changes, and what stands behind an action as comment.
 * @returns nothing where the file has no room for a digest
 */
export function pinEdits(text: string, reference: ManifestReference, pin: Pin): Edit[] | undefined {
  const { slot } = reference;
  if (slot.kind === 'suffix') return suffixEdits(text, reference, pin);
  if (slot.kind === 'field') return [{ start: slot.start, end: slot.end, text: fieldText(text, slot, pin) }];
  if (slot.kind === 'new-field') {
    return [{ start: slot.at, end: slot.at, text: `${slot.before}${pin.digest}${slot.after}` }];
  }
  return slot.kind === 'commit' ? commitEdits(text, reference, slot, pin) : undefined;
}

/** `app:1.2` becomes `app:1.2@sha256:…`; what has no tag gets the one that it stood for, so that the pin can be moved later. */
function suffixEdits(text: string, reference: ManifestReference, { digest, version }: Pin): Edit[] | undefined {
  const { start, end } = reference;
  const written = digestAtEnd(text.slice(start, end));
  if (written !== undefined) return [{ start: start + written.at + 1, end, text: digest }];
  // The digest is said where this text is not, so that one behind it would be a second.
  if (reference.text.includes('@')) return undefined;
  const hasTag = reference.text.lastIndexOf(':') > reference.text.lastIndexOf('/');
  return [{ start: end, end, text: `${hasTag ? '' : `:${version}`}@${digest}` }];
}

function fieldText(text: string, { start, bare }: Slot & { readonly kind: 'field' }, { digest }: Pin): string {
  if (bare !== true) return digest;
  const hex = digest.slice(digest.indexOf(':') + 1);
  const isQuoted = ['"', "'"].includes(text[start - 1] ?? '');
  // Digits without a letter, or with one e, would be a number.
  return isQuoted ? hex : `"${hex}"`;
}

function commitEdits(
  text: string,
  { start, end }: ManifestReference,
  { comment }: Slot & { readonly kind: 'commit' },
  { digest, version }: Pin,
): Edit[] {
  const from = start + text.slice(start, end).lastIndexOf('@') + 1;
  const commit = { start: from, end, text: digest };
  return comment === undefined
    ? [commit]
    : [commit, commentEdit(text.slice(comment.start, comment.end), comment, version)];
}

/** A comment that says the version says the new one; any other is kept behind it. */
function commentEdit(written: string, { start, end }: { start: number; end: number }, version: string): Edit {
  const said = versionIn(written);
  if (said !== undefined) {
    const at = start + said.start;
    return { start: at, end: at + said.version.length, text: version };
  }
  const hash = written.indexOf('#');
  if (hash >= 0) return { start: start + hash, end: start + hash, text: `# ${version} ` };
  return { start, end: end - (written.length - written.trimEnd().length), text: ` # ${version}` };
}
