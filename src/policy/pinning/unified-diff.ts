import { applyEdits, type Edit } from './edit.ts';

/** Lines that stay, before and behind each change. */
const context = 3;

/** Changes as `diff -u` writes them, and `patch` and `git apply` read them. Empty if nothing changes. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return '';
  const starts = lineStarts(text);
  const output = [`--- a/${path}`, `+++ b/${path}`];
  let shift = 0;
  for (const hunk of hunksOf(spansOf(starts, edits), starts.length)) {
    const { body, added } = bodyOf(hunk, starts, text);
    const size = hunk.end - hunk.start;
    output.push(`@@ -${range(hunk.start, size)} +${range(hunk.start + shift, size + added)} @@`);
    for (const line of body) output.push(line);
    shift += added;
  }
  return `${output.join('\n')}\n`;
}

/** Lines that change together, from one line up to another. */
interface Span {
  readonly start: number;
  end: number;
  readonly edits: Edit[];
}

interface Hunk {
  readonly start: number;
  end: number;
  readonly spans: Span[];
}

function spansOf(starts: readonly number[], edits: readonly Edit[]): Span[] {
  const spans: Span[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    const [start, end] = [lineAt(starts, edit.start), lineAt(starts, edit.end) + 1];
    const last = spans.at(-1);
    if (last === undefined || start >= last.end) spans.push({ start, end, edits: [edit] });
    else {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    }
  }
  return spans;
}

function hunksOf(spans: readonly Span[], count: number): Hunk[] {
  const hunks: Hunk[] = [];
  for (const span of spans) {
    const [start, end] = [Math.max(0, span.start - context), Math.min(count, span.end + context)];
    const last = hunks.at(-1);
    if (last === undefined || start > last.end) hunks.push({ start, end, spans: [span] });
    else {
      last.end = end;
      last.spans.push(span);
    }
  }
  return hunks;
}

/** The lines of a hunk, and how many more they are than before. */
function bodyOf(
  { start, end, spans }: Hunk,
  starts: readonly number[],
  text: string,
): { readonly body: readonly string[]; readonly added: number } {
  const body: string[] = [];
  const between = (from: number, to: number) => text.slice(starts[from] ?? text.length, starts[to] ?? text.length);
  let [at, added] = [start, 0];
  for (const span of spans) {
    const from = starts[span.start] ?? 0;
    const before = between(span.start, span.end);
    const shifted = span.edits.map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }));
    const after = applyEdits(before, shifted);
    body.push(...shown(' ', between(at, span.start)), ...shown('-', before), ...shown('+', after));
    added += lineStarts(after).length - (span.end - span.start);
    at = span.end;
  }
  body.push(...shown(' ', between(at, end)));
  return { body, added };
}

/** Lines with their sign. A carriage return belongs to the line; a last line without an end is told. */
function shown(sign: string, text: string): string[] {
  const starts = lineStarts(text);
  return starts.flatMap((start, index) => {
    const line = text.slice(start, starts[index + 1] ?? text.length);
    return line.endsWith('\n') ? [`${sign}${line.slice(0, -1)}`] : [`${sign}${line}`, '\\ No newline at end of file'];
  });
}

function range(start: number, size: number): string {
  return size === 1 ? `${start + 1}` : `${size === 0 ? start : start + 1},${size}`;
}

function lineStarts(text: string): number[] {
  const starts = text === '' ? [] : [0];
  for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1))
    starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
