import type { VersionScheme } from './scheme.ts';

/** `[epoch:]upstream[-revision]` */
interface DpkgVersion {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

/**
 * Versions of Debian packages: Debian Policy 5.6.12 and the algorithm of deb-version(7). What dpkg only warns of, a first
 * letter or a character that the policy does not allow, is read here too.
 */
export const dpkg: VersionScheme<DpkgVersion> = {
  name: 'dpkg',
  parse(text) {
    const [, epoch = '0', rest = ''] = /^(?:([0-9]+):)?([!-~]+)$/.exec(text.trim()) ?? [];
    const hyphen = rest.lastIndexOf('-');
    const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen);
    const revision = hyphen < 0 ? '0' : rest.slice(hyphen + 1);
    if (upstream === '' || revision === '') return undefined;
    // A colon is only allowed behind an epoch, and dpkg keeps the epoch in a C int.
    if (rest.length === text.trim().length && rest.includes(':')) return undefined;
    return Number(epoch) > 0x7fffffff ? undefined : { epoch: Number(epoch), upstream, revision };
  },
  compare(a, b) {
    return a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
  },
};

/** Compares by turns a stretch without digits, by {@link rank}, and a stretch of digits, by value. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = rank(a, i) - rank(b, j);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (a[i] === '0') i++;
    while (b[j] === '0') j++;
    let firstDifference = 0;
    for (; isDigit(a, i) && isDigit(b, j); i++, j++) {
      if (firstDifference === 0) firstDifference = a.charCodeAt(i) - b.charCodeAt(j);
    }
    // More digits left is the larger number.
    if (isDigit(a, i)) return 1;
    if (isDigit(b, j)) return -1;
    if (firstDifference !== 0) return firstDifference;
  }
  return 0;
}

/** A tilde sorts before everything, even the end; then the end (and any digit), letters, and all other characters. */
function rank(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (Number.isNaN(code) || isDigit(text, index)) return 0;
  if (text[index] === '~') return -1;
  return /[A-Za-z]/.test(text[index] ?? '') ? code : code + 256;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}
