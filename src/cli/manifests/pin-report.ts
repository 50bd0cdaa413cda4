import { toJson } from '#cli/output.ts';
import { painter, printable, type Paint } from '#documents/table/layout.ts';
import { countOf } from '#kit/amounts.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';
import type { ManifestGap } from '#policy/manifests/reference.ts';
import type { Outcome, PlannedReference } from '#policy/pinning/plan-pins.ts';

/** What becomes of the references of a file. */
export interface PinnedFile {
  readonly manifest: Manifest;
  readonly planned: readonly (PlannedReference | CheckedReference)[];
}

/** A reference that was only looked at. */
interface CheckedReference {
  readonly reference: PlannedReference['reference'];
  readonly outcome: { readonly kind: 'mutable' };
}

/** For a person: a line for each reference that is, or was, or stays mutable, and for each that cannot be read. */
export function writePins(files: readonly PinnedFile[], colour: boolean): string {
  const paint = painter(colour);
  const lines = files.flatMap((file) => fileLines(file, paint));
  const all = files.flatMap(({ planned }) => planned);
  const counts = kinds.flatMap((kind) => {
    const count = all.filter(({ outcome }) => outcome.kind === kind).length;
    return count === 0 ? [] : [`${count} ${words[kind]}`];
  });
  const gaps = files.reduce((sum, { manifest }) => sum + gapsOf(manifest).length, 0);
  const unread = gaps === 0 ? [] : [`${countOf(gaps, 'place')} not readable`];
  const summary = [...counts, ...unread].join(', ');
  return `${[...lines, summary === '' ? 'nothing is named' : summary].join('\n')}\n`;
}

/** What could not be read in a file. A file that nobody knows was not read at all. */
export function gapsOf({ formats, gaps }: Manifest): readonly ManifestGap[] {
  if (formats.length > 0 || gaps.length > 0) return gaps;
  return [{ code: 'unreadable', message: 'it is in no format that is known', line: 1, column: 1, place: '' }];
}

type Kind = Outcome['kind'] | 'mutable';

const words: Readonly<Record<Kind, string>> = {
  pinned: 'pinned',
  moved: 'moved',
  kept: 'already pinned',
  mutable: 'mutable',
  refused: 'left mutable',
  failed: 'failed',
};
const kinds: readonly Kind[] = ['pinned', 'moved', 'kept', 'mutable', 'refused', 'failed'];

function fileLines({ manifest, planned }: PinnedFile, paint: Paint): string[] {
  const shown = planned.filter(({ outcome }) => outcome.kind !== 'kept');
  const unread = gapsOf(manifest);
  if (shown.length === 0 && unread.length === 0) return [];
  const references = shown.map(({ reference, outcome }) => {
    const head = `  ${place(reference)}  ${mark(outcome.kind, paint)}  ${printable(reference.text)}`;
    return `${head}${printable(rest(outcome))}  ${paint(printable(reference.place), 'dim')}`;
  });
  const gaps = unread.map(
    (gap) =>
      `  ${place(gap)}  ${paint('unread ', 'yellow')}  ${printable(gap.message)}  ${paint(printable(gap.place), 'dim')}`,
  );
  return [paint(printable(manifest.path), 'bold'), ...references, ...gaps, ''];
}

function place({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`.padEnd(8);
}

function mark(kind: Kind, paint: Paint): string {
  const colours = {
    pinned: 'green',
    moved: 'green',
    kept: 'dim',
    mutable: 'red',
    refused: 'yellow',
    failed: 'red',
  } as const;
  return paint(kind.padEnd(7), colours[kind]);
}

function rest(outcome: PinnedFile['planned'][number]['outcome']): string {
  if (outcome.kind === 'pinned') return ` → ${outcome.digest}`;
  if (outcome.kind === 'moved') return ` → ${outcome.digest}, because ${outcome.version} has moved`;
  return outcome.kind === 'refused' || outcome.kind === 'failed' ? `: ${outcome.why}` : '';
}

/** The same for programs: `schemas/pin.schema.json`. */
export function pinsToJson(files: readonly PinnedFile[]): string {
  return toJson({
    schemaVersion: 1,
    files: files.map(({ manifest, planned }) => ({
      path: manifest.path,
      formats: manifest.formats,
      references: planned.map(({ reference: { kind, text, line, column, place: user }, outcome }) => ({
        kind,
        text,
        line,
        column,
        place: user,
        outcome: outcome.kind,
        digest: 'digest' in outcome ? outcome.digest : null,
        version: 'version' in outcome ? outcome.version : null,
        from: 'from' in outcome ? outcome.from : null,
        problem: 'why' in outcome ? outcome.why : null,
      })),
      gaps: gapsOf(manifest),
    })),
  });
}
