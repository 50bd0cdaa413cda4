import { policyError } from '#policy/errors.ts';
import type { Run } from '#policy/cel/run.ts';
import { writePlain } from '#policy/cel/standard/conversions.ts';
import { isBytes, isList, isMap, numberOf, typeNameOf, type Value } from '#policy/cel/value.ts';

const clause = /%(?:%|(?:\.(\d{1,3}))?([a-zA-Z]))/g;
const deepest = 100;

/**
 * `"%s has %d".format([a, b])` (cel-go, "ext.Strings", format): `%s %d %f %e %b %x %X %o %%`, and digits after the point as in `%.2f`.
 * @throws `expression-failed` for another clause, a value that does not suit it, or too few values
 */
export function format(template: string, values: readonly Value[], run: Run): string {
  let next = 0;
  const made = template.replaceAll(clause, (whole, digits: string | undefined, letter: string | undefined) => {
    if (letter === undefined) return '%';
    const value = values[next++];
    if (value === undefined) throw policyError('expression-failed', `format() has no value for ${whole}`);
    const written = write(value, letter, digits === undefined ? undefined : Number(digits));
    run.grow(written.length);
    return written;
  });
  if (/%/.test(template.replaceAll(clause, '')))
    throw policyError('expression-failed', 'format() has a % that means nothing');
  run.grow(made.length);
  return made;
}

function write(value: Value, letter: string, digits: number | undefined): string {
  const number = numberOf(value);
  switch (letter) {
    case 's':
      return writeAny(value, 0);
    case 'd':
      if (number !== undefined) return typeof number === 'bigint' ? String(number) : special(number);
      break;
    case 'f':
      if (number !== undefined) return fixed(Number(number), digits ?? 6);
      break;
    case 'e':
      if (number !== undefined) return exponent(Number(number), digits ?? 6);
      break;
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (typeof number === 'bigint') return number.toString(2);
      break;
    case 'o':
      if (typeof number === 'bigint') return number.toString(8);
      break;
    case 'x':
    case 'X': {
      const hex = hexOf(value, number);
      if (hex !== undefined) return letter === 'X' ? hex.toUpperCase() : hex;
      break;
    }
    default:
      throw policyError('expression-failed', `format() knows no %${letter}`);
  }
  throw policyError('expression-failed', `format() cannot write ${typeNameOf(value)} as %${letter}`);
}

function hexOf(value: Value, number: bigint | number | undefined): string | undefined {
  if (typeof number === 'bigint') return number.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return isBytes(value) ? Buffer.from(value).toString('hex') : undefined;
}

function special(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return String(value);
}

/** Rounds to the nearest, and a tie to the even digit, as Go does; JavaScript rounds a tie up. */
function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  const places = Math.min(digits, 75);
  const exact = value.toFixed(places + 25);
  const cut = exact.slice(0, exact.length - 25).replace(/\.$/, '');
  const isTie = /^50*$/.test(exact.slice(-25));
  return isTie && /[02468]$/.test(cut) ? cut : value.toFixed(places);
}

function exponent(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  return value.toExponential(Math.min(digits, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Any value for a reader: lists in brackets, maps in braces by their keys. */
function writeAny(value: Value, depth: number): string {
  if (depth > deepest) throw policyError('expression-failed', `format() writes nothing deeper than ${deepest}`);
  if (value === null) return 'null';
  if (typeof value === 'number') return special(value);
  if (isList(value)) return `[${value.map((item) => writeAny(item, depth + 1)).join(', ')}]`;
  if (isMap(value)) {
    const parts = [...value].map(([key, inner]) => `${String(key)}: ${writeAny(inner, depth + 1)}`);
    return `{${parts.toSorted().join(', ')}}`;
  }
  return isBytes(value) ? Buffer.from(value).toString('utf8') : writePlain(value);
}
