import type { ManifestReference, Slot } from './reference.ts';

/**
 * Takes away the slots that several images share, because a digest is that of one: a tag behind an anchor that images of other names use
 * as well, a field that comes in by a merge key.
 */
export function settleSlots(references: readonly ManifestReference[]): ManifestReference[] {
  const texts = new Map<string, Set<string>>();
  for (const { text, start, slot } of references) {
    for (const key of [`at ${start}`, targetOf(slot)]) {
      const known = texts.get(key) ?? new Set<string>();
      texts.set(key, known.add(text));
    }
  }
  return references.map((reference) => {
    const { start, slot } = reference;
    // Behind a text that is shared nothing can be put; a field of one's own is another place.
    const key = slot.kind === 'suffix' || slot.kind === 'commit' ? `at ${start}` : targetOf(slot);
    return key !== '' && (texts.get(key)?.size ?? 0) > 1 ? { ...reference, slot: shared } : reference;
  });
}

const shared: Slot = { kind: 'none', why: 'several images share what is written here' };

function targetOf(slot: Slot): string {
  if (slot.kind === 'field') return `field ${slot.start}`;
  return slot.kind === 'new-field' ? `new ${slot.at}` : '';
}
