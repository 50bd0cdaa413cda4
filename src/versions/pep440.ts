import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of Python packages: PEP 440 (now "Version specifiers" of the PyPA) with all of its normalisation, as `packaging`
 * reads and orders them. Legacy versions that PEP 440 does not know are refused, as pip refuses them.
 */
export const pep440 = defineScheme<string>({
  name: 'pep440',
  parse(text) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const {
      epoch = '',
      release = '',
      phase,
      phaseNumber,
      implicitPost,
      post,
      postNumber,
      dev,
      devNumber,
      local,
    } = groups;
    const isPost = implicitPost !== undefined || post !== undefined;
    return [
      numberKey(epoch),
      releaseKey(release),
      phaseKey(phase, phaseNumber, dev !== undefined && !isPost),
      isPost ? `\u0001${numberKey(implicitPost ?? postNumber ?? '')}` : '\u0000',
      dev === undefined ? '\u0001' : `\u0000${numberKey(devNumber ?? '')}`,
      localKey(local),
    ].join('');
  },
  compare: compareKeys,
});

/** The grammar of PEP 440, appendix B. */
const pattern = new RegExp(
  [
    String.raw`^\s*v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)`,
    String.raw`(?:[._-]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?<phaseNumber>[0-9]+)?)?`,
    String.raw`(?:-(?<implicitPost>[0-9]+)|[._-]?(?<post>post|rev|r)[._-]?(?<postNumber>[0-9]+)?)?`,
    String.raw`(?:[._-]?(?<dev>dev)[._-]?(?<devNumber>[0-9]+)?)?`,
    String.raw`(?:\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?\s*$`,
  ].join(''),
  'i',
);

/** Trailing zeros do not count: 1.0 is 1. */
function releaseKey(release: string): string {
  const numbers = release.split('.').map(numberKey);
  while (numbers.at(-1) === numberKey('')) numbers.pop();
  return `${numbers.map((number) => `\u0001${number}`).join('')}\u0000`;
}

/** A development release of a final release comes before its alphas; without any of these it comes after its candidates. */
function phaseKey(phase: string | undefined, number: string | undefined, isDevelopment: boolean): string {
  if (phase === undefined) return isDevelopment ? '\u0000' : '\u0002';
  const initial = phase.slice(0, 1).toLowerCase();
  const order = initial === 'a' || initial === 'b' ? initial : 'c';
  return `\u0001${order}${numberKey(number ?? '')}`;
}

/** Local versions come after none; in them numbers come after text. */
function localKey(local: string | undefined): string {
  if (local === undefined) return '\u0000';
  const parts = local.toLowerCase().split(/[._-]/);
  const keys = parts.map((part) => (/^[0-9]+$/.test(part) ? `\u0003${numberKey(part)}` : `\u0002${part}`));
  return `\u0001${keys.join('')}\u0001`;
}
