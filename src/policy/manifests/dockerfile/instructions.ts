/** An instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly words: readonly Word[];
}

/** A word as the shell splits them. */
export interface Word {
  /** Without the quotes around it. */
  readonly text: string;
  /** Where that stands in the file. */
  readonly start: number;
  readonly end: number;
  /** Whether it stands in one piece, so that it can be edited. */
  readonly isWhole: boolean;
  /** Whether there are quotes around it. */
  readonly isQuoted: boolean;
}

export interface Instructions {
  /** The image that reads the file (`# syntax=`). */
  readonly syntax?: Word;
  readonly instructions: readonly Instruction[];
  /** Where a document within the file begins that does not end. */
  readonly unterminated?: number;
}

/**
 * The instructions of a Dockerfile: lines are continued, comments and documents within (`<<EOF`) left out, as BuildKit's parser does.
 * Works in one pass.
 */
export function readInstructions(text: string): Instructions {
  const lines = linesOf(text);
  const { syntax, escape } = directivesOf(text, lines);
  const instructions: Instruction[] = [];
  let at = 0;
  while (at < lines.length) {
    const { logical, next } = logicalLine(text, lines, at, escape);
    at = next;
    const words = wordsOf(logical, escape);
    const isTrigger = words[0]?.text.toUpperCase() === 'ONBUILD';
    const [first, ...rest] = isTrigger ? words.slice(1) : words;
    if (first === undefined) continue;
    const name = first.text.toUpperCase();
    instructions.push({ name, words: rest });
    for (const word of takesDocuments.has(name) ? rest : []) {
      const end = word.isQuoted ? undefined : heredocEnd(word.text);
      if (end === undefined) continue;
      const closing = indexFrom(lines, at, (line) => end(text.slice(line.start, line.end)));
      if (closing < 0) return { syntax, instructions, unterminated: first.start };
      at = closing + 1;
    }
  }
  return { syntax, instructions };
}

const takesDocuments = new Set(['RUN', 'COPY', 'ADD']);

function indexFrom(lines: readonly Line[], from: number, matches: (line: Line) => boolean): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at];
    if (line !== undefined && matches(line)) return at;
  }
  return -1;
}

interface Line {
  readonly start: number;
  /** Before the line end. */
  readonly end: number;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const next = found < 0 ? text.length : found;
    lines.push({ start, end: next > start && text[next - 1] === '\r' ? next - 1 : next });
    start = next + 1;
  }
  return lines;
}

/** Directives stand before everything else, as comments of the form `key=value`. */
function directivesOf(text: string, lines: readonly Line[]): { readonly syntax?: Word; readonly escape: string } {
  let [syntax, escape]: [Word | undefined, string] = [undefined, '\\'];
  for (const { start, end } of lines) {
    const line = text.slice(start, end);
    const directive = /^\s*(?:#|\/\/)\s*(syntax|escape|check)\s*=\s*(\S+)/i.exec(line);
    if (directive === null) {
      if (line.startsWith('#!')) continue;
      break;
    }
    const [whole, key = '', value = ''] = directive;
    if (key.toLowerCase() === 'escape' && value === '`') escape = '`';
    if (key.toLowerCase() !== 'syntax') continue;
    const from = start + whole.length - value.length;
    syntax ??= { text: value, start: from, end: from + value.length, isWhole: true, isQuoted: false };
  }
  return { syntax, escape };
}

/** A character and where it stands. */
interface Logical {
  readonly text: string;
  /** Pieces of the line: from this index on, the text stands at this offset. */
  readonly pieces: readonly { readonly index: number; readonly offset: number }[];
}

function logicalLine(text: string, lines: readonly Line[], from: number, escape: string) {
  const pieces: { index: number; offset: number }[] = [];
  const parts: string[] = [];
  let [length, at] = [0, from];
  for (; at < lines.length; at++) {
    const { start = 0, end = 0 } = lines[at] ?? {};
    const line = text.slice(start, end);
    const bare = line.trim();
    // Comments and empty lines within an instruction do not end it.
    if (bare.startsWith('#') || (bare === '' && length > 0)) continue;
    const trimmed = line.trimEnd();
    const continues = trimmed.endsWith(escape);
    const part = continues ? trimmed.slice(0, -1) : line;
    pieces.push({ index: length, offset: start });
    parts.push(part);
    length += part.length;
    if (!continues) break;
  }
  return { logical: { text: parts.join(''), pieces }, next: at + 1 };
}

function wordsOf({ text, pieces }: Logical, escape: string): Word[] {
  const words: Word[] = [];
  let piece = 0;
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    const end = wordEnd(text, at, escape);
    const quote = text[at] ?? '';
    const isQuoted = (quote === '"' || quote === "'") && end - at > 1 && text[end - 1] === quote;
    const [from, to] = isQuoted ? [at + 1, end - 1] : [at, end];
    while ((pieces[piece + 1]?.index ?? Infinity) <= from) piece++;
    const { index = 0, offset = 0 } = pieces[piece] ?? {};
    const isWhole = (pieces[piece + 1]?.index ?? Infinity) >= to;
    words.push({
      text: text.slice(from, to),
      start: offset + from - index,
      end: offset + to - index,
      isWhole,
      isQuoted,
    });
    at = end;
  }
  return words;
}

function wordEnd(text: string, from: number, escape: string): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === escape && quote !== "'") at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) return at;
  }
  return text.length;
}

/** What ends the document that a word begins; nothing if it begins none. */
function heredocEnd(word: string): ((line: string) => boolean) | undefined {
  const found = /^\d*<<(-?)([^<]+)$/.exec(word);
  if (found === null) return undefined;
  const [, dash, written = ''] = found;
  const name = written.replaceAll(/["']/g, '');
  return (line) => (dash === '-' ? line.replace(/^\t+/, '') : line) === name;
}
