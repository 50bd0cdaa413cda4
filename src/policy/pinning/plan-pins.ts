import { mapConcurrently } from '#kit/concurrency.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import { formatReference } from '#image/reference.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';
import type { ManifestReference } from '#policy/manifests/reference.ts';
import type { Edit } from './edit.ts';
import { pinEdits } from './pin-edits.ts';
import { writtenPin, type Target, type WrittenPin } from './written-pin.ts';

/** Says what a tag or branch means now: the digest of an image's index, or the commit of an action. */
export type Resolver = (target: Target, version: string) => Promise<Resolved>;

export type Resolved =
  | { readonly kind: 'digest'; readonly digest: string }
  /** It exists, and must not be used. */
  | { readonly kind: 'refused'; readonly why: string };

/** What becomes of a reference. */
export type Outcome =
  | { readonly kind: 'kept'; readonly digest: string }
  | { readonly kind: 'pinned'; readonly digest: string; readonly version: string; readonly edits: readonly Edit[] }
  | {
      readonly kind: 'moved';
      readonly from: string;
      readonly digest: string;
      readonly version: string;
      readonly edits: readonly Edit[];
    }
  /** It stays mutable: the file has no room for a digest, or it was refused. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It could not be found out. */
  | { readonly kind: 'failed'; readonly code: string; readonly why: string };

export interface PlannedReference {
  readonly reference: ManifestReference;
  readonly outcome: Outcome;
}

/** So many tags are asked about at once. */
const atOnce = 8;

/**
 * Plans what is changed in a file so that nothing in it is mutable. A tag is asked about once, however often it is named; one that
 * cannot be found does not keep the others from being pinned.
 *
 * @param update whether pins whose tag means something else now are moved
 */
export async function planPins(
  { text, references }: Pick<Manifest, 'text' | 'references'>,
  resolve: Resolver,
  update: boolean,
): Promise<PlannedReference[]> {
  return mapConcurrently(references, atOnce, async (reference) => ({
    reference,
    outcome: await outcomeOf(text, reference, writtenPin(text, reference), resolve, update),
  }));
}

/** A resolver that asks another one about each thing once. */
export function rememberingResolver(resolve: Resolver): Resolver {
  const asked = new Map<string, Promise<Resolved>>();
  return (target, version) => {
    const name =
      target.kind === 'image' ? formatReference({ ...target.reference, digest: undefined }) : target.repository;
    const key = `${target.kind} ${name} ${version}`;
    const found = asked.get(key) ?? resolve(target, version);
    asked.set(key, found);
    return found;
  };
}

async function outcomeOf(
  text: string,
  reference: ManifestReference,
  written: WrittenPin,
  resolve: Resolver,
  update: boolean,
): Promise<Outcome> {
  if (written.state === 'invalid') return { kind: 'failed', code: 'reference-invalid', why: written.why };
  if (reference.slot.kind === 'none' && written.state === 'mutable')
    return { kind: 'refused', why: reference.slot.why };
  const isPinned = written.state === 'pinned';
  const { version } = written;
  if (isPinned && (!update || version === undefined)) return { kind: 'kept', digest: written.digest };
  try {
    const resolved = await resolve(written.target, version ?? '');
    if (resolved.kind === 'refused') return resolved;
    const { digest } = resolved;
    if (isPinned && digest === written.digest) return { kind: 'kept', digest };
    const edits = pinEdits(text, reference, { digest, version: version ?? '' });
    if (edits === undefined) return { kind: 'refused', why: 'the digest is written where it cannot be changed' };
    const pin = { digest, version: version ?? '', edits };
    return isPinned ? { kind: 'moved', from: written.digest, ...pin } : { kind: 'pinned', ...pin };
  } catch (error) {
    if (!(error instanceof BullaError)) throw error;
    return { kind: 'failed', code: error.code, why: messageOf(error) };
  }
}
