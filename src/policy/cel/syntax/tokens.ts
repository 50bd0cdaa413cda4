import type { Value } from '#policy/cel/value.ts';
import { escapedText } from './escapes.ts';
import { syntaxError } from './syntax-error.ts';

/** A word, a sign or a literal of an expression. The last token of all is the `end`. */
export type Token = { readonly at: number } & (
  | { readonly kind: 'word' | 'quotedWord' | 'sign'; readonly text: string }
  | { readonly kind: 'literal'; readonly value: Value; readonly text: string }
  | { readonly kind: 'end'; readonly text: string }
);

const space = /(?:[\t\n\f\r ]|\/\/[^\n]*)+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const quotedWord = /`([A-Za-z0-9_.\-/ ]+)`/y;
const number = /0x[0-9A-Fa-f]+[uU]?|(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?|[0-9]+[uU]?/y;
const textStart = /([rRbB]{0,2})("""|'''|"|')/y;
const sign = /&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}]/y;

/** Reads the tokens of an expression. @throws `policy-invalid` */
export function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skip(source, 0);
  while (at < source.length) {
    const { token, end } = readToken(source, at);
    tokens.push(token);
    at = skip(source, end);
  }
  tokens.push({ kind: 'end', at: source.length, text: '' });
  return tokens;
}

function skip(source: string, at: number): number {
  return at + (match(space, source, at)?.[0].length ?? 0);
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function readToken(source: string, at: number): Read {
  const start = match(textStart, source, at);
  if (start !== null && isPrefix(start[1] ?? '')) return readText(source, at, start);
  const quoted = match(quotedWord, source, at);
  if (quoted !== null) {
    return { token: { kind: 'quotedWord', text: quoted[1] ?? '', at }, end: at + quoted[0].length };
  }
  const digits = match(number, source, at);
  if (digits !== null) return readNumber(source, at, digits[0]);
  const name = match(word, source, at);
  if (name !== null) return { token: { kind: 'word', text: name[0], at }, end: at + name[0].length };
  const one = match(sign, source, at);
  if (one !== null) return { token: { kind: 'sign', text: one[0], at }, end: at + one[0].length };
  throw syntaxError(source, at, 'nothing in an expression begins with this character');
}

function isPrefix(prefix: string): boolean {
  return ['', 'r', 'b', 'rb', 'br'].includes(prefix.toLowerCase());
}

function readText(source: string, at: number, [whole, prefix = '', quote = '']: RegExpExecArray): Read {
  const isRaw = /r/i.test(prefix);
  const from = at + whole.length;
  let to = from;
  while (!source.startsWith(quote, to)) {
    if (to >= source.length || (quote.length === 1 && /[\r\n]/.test(source[to] ?? ''))) {
      throw syntaxError(source, at, 'this text does not end');
    }
    to += source[to] === '\\' && !isRaw ? 2 : 1;
  }
  const inside = source.slice(from, to).replaceAll(/\r\n?/g, '\n');
  const end = to + quote.length;
  const isBytes = /b/i.test(prefix);
  const value = isRaw ? rawText(inside, isBytes) : escapedText(inside, isBytes);
  if (value === undefined) throw syntaxError(source, at, 'this text has an escape that there is not');
  return { token: { kind: 'literal', value, text: source.slice(at, end), at }, end };
}

function rawText(inside: string, isBytes: boolean): Value {
  return isBytes ? new TextEncoder().encode(inside) : inside;
}

/** The sign before a number is not part of it here: see the parser, which lets the smallest integer be written. */
function readNumber(source: string, at: number, text: string): Read {
  const end = at + text.length;
  if (/[A-Za-z0-9_]/.test(source[end] ?? '')) throw syntaxError(source, at, 'this number runs into a word');
  const isHex = text.startsWith('0x');
  const isUint = /u$/i.test(text);
  const isDouble = !isHex && /[.eE]/.test(text);
  const digits = isUint ? text.slice(0, -1) : text;
  const value: Value = isDouble ? Number(text) : isUint ? { kind: 'uint', value: BigInt(digits) } : BigInt(digits);
  return { token: { kind: 'literal', value, text, at }, end };
}
