import { policyError } from '#policy/errors.ts';
import { charactersOf } from '#policy/cel/characters.ts';
import { fn, method, type Library } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import { int, list, text } from '#policy/cel/type.ts';
import { typeNameOf, type Value } from '#policy/cel/value.ts';
import { format } from './format.ts';

/** Texts (cel-go, "ext.Strings"). Places count characters, not the units of JavaScript. */
export const strings: Library = {
  name: 'strings',
  functions: [
    method('charAt', [text, int], text, (value, at, run) => {
      const all = characters(value, run);
      if (at < 0n || at > BigInt(all.length)) throw outside(at);
      return all[Number(at)] ?? '';
    }),
    method('indexOf', [text, text], int, (value, part, run) => indexOf(value, part, 0n, run)),
    method('indexOf', [text, text, int], int, indexOf),
    method('lastIndexOf', [text, text], int, (value, part, run) => lastIndexOf(value, part, undefined, run)),
    method('lastIndexOf', [text, text, int], int, lastIndexOf),
    method('join', [list(text)], text, (values, run) => join(values, '', run)),
    method('join', [list(text), text], text, join),
    method('lowerAscii', [text], text, (value, run) =>
      grown(value, run).replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()),
    ),
    method('upperAscii', [text], text, (value, run) =>
      grown(value, run).replaceAll(/[a-z]+/g, (part) => part.toUpperCase()),
    ),
    method('replace', [text, text, text], text, (value, from, to, run) => replace(value, from, to, -1n, run)),
    method('replace', [text, text, text, int], text, replace),
    method('split', [text, text], list(text), (value, by, run) => split(value, by, -1n, run)),
    method('split', [text, text, int], list(text), split),
    method('substring', [text, int], text, (value, from, run) => substring(value, from, undefined, run)),
    method('substring', [text, int, int], text, substring),
    method('trim', [text], text, (value, run) =>
      grown(value, run).replaceAll(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, ''),
    ),
    method('reverse', [text], text, (value, run) => characters(value, run).toReversed().join('')),
    method('format', [text, list()], text, format),
    fn('strings.quote', [text], text, (value, run) => quote(grown(value, run))),
  ],
};

function characters(value: string, run: Run): string[] {
  run.grow(value.length);
  return charactersOf(value);
}

function grown(value: string, run: Run): string {
  run.grow(value.length);
  return value;
}

function outside(at: bigint) {
  return policyError('expression-failed', `a text has no place ${at}`);
}

function indexOf(value: string, part: string, from: bigint, run: Run): bigint {
  const all = characters(value, run);
  if (from < 0n || from > BigInt(all.length)) throw outside(from);
  const start = all.slice(0, Number(from)).join('').length;
  const found = value.indexOf(part, start);
  return found < 0 ? -1n : BigInt(charactersOf(value.slice(0, found)).length);
}

function lastIndexOf(value: string, part: string, from: bigint | undefined, run: Run): bigint {
  const all = characters(value, run);
  if (from !== undefined && (from < 0n || from > BigInt(all.length))) throw outside(from);
  const start = from === undefined ? value.length : all.slice(0, Number(from)).join('').length;
  const found = value.lastIndexOf(part, start);
  return found < 0 ? -1n : BigInt(charactersOf(value.slice(0, found)).length);
}

function join(values: readonly Value[], between: string, run: Run): string {
  let length = 0;
  const parts = values.map((value) => {
    if (typeof value !== 'string')
      throw policyError('expression-failed', `join() joins texts, and not ${typeNameOf(value)}`);
    length += value.length + between.length;
    return value;
  });
  run.grow(length);
  return parts.join(between);
}

function replace(value: string, from: string, to: string, count: bigint, run: Run): string {
  const limit = count < 0n ? Infinity : Number(count);
  const parts = from === '' ? ['', ...charactersOf(value), ''] : value.split(from);
  const replaced = Math.min(parts.length - 1, limit);
  run.grow(value.length + replaced * to.length);
  return parts.reduce((made, part, at) => (at === 0 ? part : made + (at <= replaced ? to : from) + part), '');
}

function split(value: string, by: string, count: bigint, run: Run): readonly Value[] {
  run.grow(value.length);
  if (count === 0n) return [];
  const parts = by === '' ? charactersOf(value) : value.split(by);
  if (count < 0n || BigInt(parts.length) <= count) return parts;
  const kept = parts.slice(0, Number(count) - 1);
  return [...kept, parts.slice(Number(count) - 1).join(by)];
}

function substring(value: string, from: bigint, to: bigint | undefined, run: Run): string {
  const all = characters(value, run);
  const end = to ?? BigInt(all.length);
  if (from < 0n || from > BigInt(all.length)) throw outside(from);
  if (end < 0n || end > BigInt(all.length) || end < from) throw outside(end);
  return all.slice(Number(from), Number(end)).join('');
}

function quote(value: string): string {
  const escapes = new Map([
    ['\u0007', String.raw`\a`],
    ['\b', String.raw`\b`],
    ['\f', String.raw`\f`],
    ['\n', String.raw`\n`],
    ['\r', String.raw`\r`],
    ['\t', String.raw`\t`],
    ['\v', String.raw`\v`],
    ['\\', '\\\\'],
    ['"', String.raw`\"`],
  ]);
  return `"${charactersOf(value.toWellFormed())
    .map((one) => escapes.get(one) ?? one)
    .join('')}"`;
}
