import { defineScheme } from './scheme.ts';
import { compareKeys, numberKey } from './sort-key.ts';

/**
 * Versions of RPM packages, `[epoch:]version[-release]`, in the order of rpm's `rpmvercmp` and of its comparison of whole
 * labels (`rpm.vercmp` in Lua, `labelCompare` in Python): a missing epoch is 0, and a missing release comes before every
 * release. (In dependencies rpm takes a missing release for "any"; that is no order, since 1-1 and 1-2 would both equal 1.)
 *
 * rpm compares any text. White space is refused here, because no package can be built with it.
 */
export const rpm = defineScheme<string>({
  name: 'rpm',
  parse(text) {
    if (/\s/.test(text)) return undefined;
    const [, epoch, label = ''] = /^(?:([0-9]*):)?(.*)$/.exec(text) ?? [];
    const hyphen = label.lastIndexOf('-');
    const version = hyphen < 0 ? label : label.slice(0, hyphen);
    const release = hyphen < 0 ? '' : segmentsKey(label.slice(hyphen + 1));
    return numberKey(epoch ?? '') + segmentsKey(version) + release;
  },
  compare: compareKeys,
});

/** What can come at a place where two versions begin to differ, the lowest first. */
const kind = { tilde: '\u0001', end: '\u0002', caret: '\u0003', letters: '\u0004', digits: '\u0005' };

/** Whatever is not a letter, a digit, a tilde or a caret only separates. */
function segmentsKey(text: string): string {
  let key = '';
  for (const [segment] of text.matchAll(/[0-9]+|[A-Za-z]+|[~^]/g)) {
    if (segment === '~') key += kind.tilde;
    else if (segment === '^') key += kind.caret;
    else if (/^[0-9]/.test(segment)) key += kind.digits + numberKey(segment);
    else key += kind.letters + segment;
  }
  return key + kind.end;
}
