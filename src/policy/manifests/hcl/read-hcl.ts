/** An attribute of a file in HCL, with the blocks around it. */
export interface HclAttribute {
  /** Each block with its labels: `['job shop', 'group web', 'config']`. */
  readonly blocks: readonly string[];
  readonly name: string;
  /** The value, if it is one text and nothing else. */
  readonly text?: string;
  /** Where the value stands; of a text, without its quotes. */
  readonly start: number;
  readonly end: number;
}

/** What cannot be read, and where. */
export interface HclProblem {
  readonly problem: string;
  readonly at: number;
}

const deepest = 60;
const mostAttributes = 100_000;

/**
 * Reads the attributes of a file in HCL (the native syntax of HCL 2). Expressions are not evaluated: what is not a text in quotes has
 * a place and no value. An attribute whose value is a map in braces is read like a block. Works in one pass.
 */
export function readHcl(text: string): readonly HclAttribute[] | HclProblem {
  const attributes: HclAttribute[] = [];
  const open: { readonly name: string; readonly at: number }[] = [];
  let header: Token[] = [];
  let at = 0;
  for (;;) {
    const token = nextToken(text, at);
    if (token.kind === 'broken') return { problem: token.why, at: token.start };
    at = token.end;
    if (token.kind === 'end') break;
    if (token.kind === 'line' || token.is === ',') header = [];
    else if (token.is === '{') {
      if (open.length === deepest) return { problem: 'blocks stand too deep', at: token.start };
      open.push({ name: header.map(({ text: word }) => word).join(' '), at: token.start });
      header = [];
    } else if (token.is === '}') {
      if (open.pop() === undefined) return { problem: 'a block ends that was not begun', at: token.start };
      header = [];
    } else if ((token.is === '=' || token.is === ':') && header.length === 1) {
      const value = valueFrom(text, at);
      if ('problem' in value) return value;
      const [name] = header;
      if (value.opens) continue;
      if (attributes.length === mostAttributes) return { problem: 'it has too many values', at };
      attributes.push({ blocks: open.map((block) => block.name), name: name?.text ?? '', ...value.found });
      at = value.end;
      header = [];
    } else header.push(token);
  }
  const [unclosed] = open;
  return unclosed === undefined ? attributes : { problem: 'a block has no end', at: unclosed.at };
}

interface Value {
  /** A map in braces follows, which is read like a block. */
  readonly opens: boolean;
  readonly found: Pick<HclAttribute, 'text' | 'start' | 'end'>;
  readonly end: number;
}

/** A value reaches to the end of its line, or the comma or brace that ends it, whatever brackets are open in between. */
function valueFrom(text: string, from: number): Value | HclProblem {
  let [at, depth, count] = [from, 0, 0];
  let first: Token | undefined;
  let last = from;
  for (;;) {
    const token = nextToken(text, at);
    if (token.kind === 'broken') return { problem: token.why, at: token.start };
    const closes = token.is === '}' || token.is === ')' || token.is === ']';
    const ends = token.kind === 'line' || token.is === ',' || closes;
    if (token.kind === 'end' || (depth === 0 && ends)) break;
    if (count === 0 && token.is === '{') return { opens: true, found: { start: token.start, end: token.end }, end: at };
    if (token.is === '{' || token.is === '(' || token.is === '[') depth++;
    else if (closes) depth--;
    if (token.kind !== 'line') {
      first ??= token;
      count++;
      last = token.end;
    }
    at = token.end;
  }
  const isText = count === 1 && first?.kind === 'text';
  const found =
    isText && first !== undefined
      ? { text: first.text, start: first.start + 1, end: first.end - 1 }
      : { start: first?.start ?? from, end: last };
  return { opens: false, found, end: at };
}

type Token =
  | Plain
  | {
      readonly kind: 'broken';
      readonly why: string;
      readonly start: number;
      readonly end: number;
      readonly text: string;
      readonly is?: undefined;
    };

interface Plain {
  readonly kind: 'word' | 'text' | 'sign' | 'line' | 'end';
  /** The sign, for those that matter. */
  readonly is?: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function nextToken(text: string, from: number): Token {
  const start = skipped(text, from);
  const char = text[start];
  if (char === undefined) return { kind: 'end', text: '', start, end: start };
  if (char === '\n') return { kind: 'line', text: '', start, end: start + 1 };
  if (char === '"') return quoted(text, start);
  if (text.startsWith('<<', start)) return heredoc(text, start);
  if (text.startsWith('/*', start)) return broken('a comment has no end', start);
  const word = /[\p{L}\p{N}_.-]+/uy;
  word.lastIndex = start;
  const found = word.exec(text)?.[0];
  if (found !== undefined) return { kind: 'word', text: found, start, end: start + found.length };
  return { kind: 'sign', is: char, text: char, start, end: start + 1 };
}

/** Behind spaces and comments; a line end is none of these. */
function skipped(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === ' ' || char === '\t' || char === '\r' || char === '\uFEFF') at++;
    else if (char === '#' || text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return at;
      at = end + 2;
    } else return at;
  }
}

function quoted(text: string, start: number): Token {
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\n' && depth === 0) break;
    if (char === '\\') at++;
    else if ((char === '$' || char === '%') && text[at + 1] === '{') [depth, at] = [depth + 1, at + 1];
    else if (char === '}' && depth > 0) depth--;
    else if (char === '"' && depth === 0) {
      const inner = text.slice(start + 1, at);
      return { kind: 'text', text: inner, start, end: at + 1 };
    }
  }
  return broken('a text has no end', start);
}

function heredoc(text: string, start: number): Token {
  const begin = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;
  begin.lastIndex = start;
  const found = begin.exec(text);
  if (found === null) return { kind: 'sign', is: '<', text: '<', start, end: start + 1 };
  const name = found[1] ?? '';
  for (let at = begin.lastIndex; at < text.length;) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    if (text.slice(at, end).trim() === name) return { kind: 'sign', text: '', start, end };
    at = end + 1;
  }
  return broken('a document in the file has no end', start);
}

function broken(why: string, start: number): Token {
  return { kind: 'broken', why, start, end: start, text: '' };
}
