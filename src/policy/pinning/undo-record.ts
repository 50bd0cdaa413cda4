import { digestOf, parseDigest, type Digest } from '#kit/digest.ts';
import { asCount, asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { applyEdits, reversed, type Edit } from './edit.ts';

/** What is kept so that the pinning of a file can be taken back. */
export interface UndoRecord {
  /** The file as it was, and as it is. */
  readonly before: Digest;
  readonly after: Digest;
  /** What makes the one of the other. */
  readonly edits: readonly Edit[];
}

/** The record for changes of a text. */
export function undoRecord(text: string, edits: readonly Edit[]): UndoRecord {
  return { before: digestOf(text), after: digestOf(applyEdits(text, edits)), edits: reversed(text, edits) };
}

/** Under which name a record is kept: for a file with this content, at this place. */
export function undoName(path: string, after: Digest): string {
  return `${digestOf(`${path}\0${after}`).slice('sha256:'.length)}.json`;
}

/** The text as it was before; nothing unless it comes out byte for byte. */
export function undo(text: string, { before, after, edits }: UndoRecord): string | undefined {
  if (digestOf(text) !== after || !fit(text, edits)) return undefined;
  const restored = applyEdits(text, edits);
  return digestOf(restored) === before ? restored : undefined;
}

/** A record is a file, and anybody may have written into it. */
function fit(text: string, edits: readonly Edit[]): boolean {
  return edits.every(({ start, end }, index) => {
    const least = edits[index - 1]?.end ?? 0;
    return start >= least && end >= start && end <= text.length;
  });
}

/** Reads a record; nothing for what is none. */
export function readUndoRecord(json: string | Uint8Array): UndoRecord | undefined {
  const record = asObject(parseJson(json));
  const [before, after] = [parseDigest(record?.['before']), parseDigest(record?.['after'])];
  const edits = asList(record?.['edits']).map((item): Edit | undefined => {
    const edit = asObject(item);
    const [start, end, text] = [asCount(edit?.['start']), asCount(edit?.['end']), asText(edit?.['text'])];
    return start === undefined || end === undefined || text === undefined ? undefined : { start, end, text };
  });
  const whole = edits.filter((edit) => edit !== undefined);
  const isWhole = before !== undefined && after !== undefined && whole.length === edits.length;
  return isWhole ? { before, after, edits: whole } : undefined;
}
