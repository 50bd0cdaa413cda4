import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Debian packages, `[epoch:]upstream[-revision]`: Debian Policy 5.6.12 and the algorithm of deb-version(7). What
 * dpkg only warns of, a first letter or a character that the policy does not allow, is read here too.
 */
export const dpkg = defineScheme<string>({
  name: 'dpkg',
  parse(text) {
    const trimmed = text.trim();
    const [, epoch = '0', rest = ''] = /^(?:([0-9]+):)?([!-~]+)$/.exec(trimmed) ?? [];
    const hyphen = rest.lastIndexOf('-');
    const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen);
    const revision = hyphen < 0 ? '0' : rest.slice(hyphen + 1);
    if (upstream === '' || revision === '') return undefined;
    // A colon is only allowed behind an epoch, and dpkg keeps the epoch in a C int.
    if (rest.length === trimmed.length && rest.includes(':')) return undefined;
    return Number(epoch) > 0x7fffffff ? undefined : numberKey(epoch) + partKey(upstream) + partKey(revision);
  },
  compare: compareKeys,
});

/** Turns of a stretch without digits, ended by `\u0002`, and a number; then the end, which counts as another empty stretch. */
function partKey(part: string): string {
  let key = '';
  for (const [, other = '', digits = ''] of part.matchAll(/([^0-9]*)([0-9]*)/g)) {
    if (other !== '' || digits !== '') key += `${rank(other)}\u0002${numberKey(digits)}`;
  }
  return `${key}\u0002`;
}

/** A tilde sorts before everything, even the end of the stretch; then come letters, then all other characters. */
function rank(stretch: string): string {
  return stretch
    .replaceAll(/[^A-Za-z~]/g, (other) => String.fromCharCode(other.charCodeAt(0) + 128))
    .replaceAll('~', '\u0001');
}
