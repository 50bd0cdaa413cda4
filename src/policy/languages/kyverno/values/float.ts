const longestText = 400;

/**
 * Reads a number as Go does (`strconv.ParseFloat`): decimal or hexadecimal with an exponent, `_` between digits, `Inf`, and `NaN`.
 * Nothing for what is none, and for what is too large.
 */
export function parseFloat64(text: string): number | undefined {
  if (text.length > longestText) return undefined;
  const [, sign, size = ''] = /^([+-]?)(.*)$/s.exec(text.toLowerCase()) ?? [];
  if (size === 'nan') return sign === '' ? NaN : undefined;
  const number =
    size === 'inf' || size === 'infinity' ? Infinity : finite(size.replaceAll(/(?<=[\da-f])_(?=[\da-f])/g, ''));
  return number === undefined || sign !== '-' ? number : -number;
}

function finite(text: string): number | undefined {
  if (/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,9})?$/.test(text)) return orNothing(Number(text));
  const [, whole = '', fraction = '', exponent] = /^0x([\da-f]*)\.?([\da-f]*)p([+-]?\d{1,9})$/.exec(text) ?? [];
  if (exponent === undefined || whole + fraction === '') return undefined;
  return orNothing(Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length));
}

function orNothing(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}
