import { applyEdits, type Edit } from './edit.ts';

/** Lines that stay, before and behind each change. */
const context = 3;

/** Changes as `diff -u` writes them, and `patch` and `git apply` read them. Empty if nothing changes. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  const spans = spansOf(text, edits);
  if (spans.length === 0) return '';
  const lines = linesOf(text);
  const output = [`--- a/${path}`, `+++ b/${path}`];
  let shift = 0;
  for (const hunk of hunksOf(spans, lines.length)) {
    const [body, added] = bodyOf(hunk, lines, text);
    const size = hunk.end - hunk.start;
    output.push(`@@ -${range(hunk.start, size)} +${range(hunk.start + shift, size + added)} @@`, ...body);
    shift += added;
  }
  return `${output.join('\n')}\n`;
}

/** Lines that change together, from one line up to another. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly Edit[];
}

interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly spans: readonly Span[];
}

function spansOf(text: string, edits: readonly Edit[]): Span[] {
  const starts = lineStarts(text);
  const spans: Span[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    const [start, end] = [lineAt(starts, edit.start), lineAt(starts, edit.end) + 1];
    const last = spans.at(-1);
    if (last === undefined || start >= last.end) spans.push({ start, end, edits: [edit] });
    else spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, end), edits: [...last.edits, edit] };
  }
  return spans;
}

function hunksOf(spans: readonly Span[], count: number): Hunk[] {
  const hunks: Hunk[] = [];
  for (const span of spans) {
    const [start, end] = [Math.max(0, span.start - context), Math.min(count, span.end + context)];
    const last = hunks.at(-1);
    if (last === undefined || start > last.end) hunks.push({ start, end, spans: [span] });
    else hunks[hunks.length - 1] = { start: last.start, end, spans: [...last.spans, span] };
  }
  return hunks;
}

function bodyOf({ start, end, spans }: Hunk, lines: readonly string[], text: string): [string[], number] {
  const starts = lineStarts(text);
  const body: string[] = [];
  let [at, added] = [start, 0];
  for (const span of spans) {
    body.push(...lines.slice(at, span.start).flatMap((line) => shown(' ', line)));
    const from = starts[span.start] ?? 0;
    const before = text.slice(from, starts[span.end] ?? text.length);
    const shifted = span.edits.map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }));
    const after = linesOf(applyEdits(before, shifted));
    body.push(...linesOf(before).flatMap((line) => shown('-', line)), ...after.flatMap((line) => shown('+', line)));
    added += after.length - (span.end - span.start);
    at = span.end;
  }
  body.push(...lines.slice(at, end).flatMap((line) => shown(' ', line)));
  return [body, added];
}

/** A carriage return belongs to the line; a last line without an end is told. */
function shown(sign: string, line: string): string[] {
  return line.endsWith('\n') ? [`${sign}${line.slice(0, -1)}`] : [`${sign}${line}`, '\\ No newline at end of file'];
}

function range(start: number, size: number): string {
  return size === 1 ? `${start + 1}` : `${size === 0 ? start : start + 1},${size}`;
}

function linesOf(text: string): string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
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
