import { semver as scheme } from '#versions/semver.ts';
import { policyError } from '#policy/errors.ts';
import { fn, method, type Library } from '#policy/cel/function.ts';
import { bool, int, opaque, text } from '#policy/cel/type.ts';

/** A version: what orders it, and its three numbers. */
interface Version {
  readonly key: string;
  readonly numbers: readonly bigint[];
}

const versionType = opaque<Version>('kubernetes.Semver', (one, other) => compare(one, other) === 0);
const { wrap, unwrap } = versionType;

/** `semver()` and its methods (Kubernetes, "semver library"; Semantic Versioning 2.0.0). With `true` shortened forms are completed. */
export const semver: Library = {
  name: 'semver',
  functions: [
    fn('semver', [text], versionType, (written) => wrap(read(written))),
    fn('semver', [text, bool], versionType, (written, isLoose) => wrap(read(isLoose ? normalised(written) : written))),
    fn('isSemver', [text], bool, (written) => parse(written) !== undefined),
    fn(
      'isSemver',
      [text, bool],
      bool,
      (written, isLoose) => parse(isLoose ? normalised(written) : written) !== undefined,
    ),
    ...['major', 'minor', 'patch'].map((name, at) =>
      method(name, [versionType], int, (value) => unwrap(value).numbers[at] ?? 0n),
    ),
    method('isLessThan', [versionType, versionType], bool, (one, other) => compare(unwrap(one), unwrap(other)) < 0),
    method('isGreaterThan', [versionType, versionType], bool, (one, other) => compare(unwrap(one), unwrap(other)) > 0),
    method('compareTo', [versionType, versionType], int, (one, other) =>
      BigInt(Math.sign(compare(unwrap(one), unwrap(other)))),
    ),
  ],
};

const number = String.raw`(0|[1-9]\d{0,17})`;
const identifiers = (one: string) => String.raw`${one}(?:\.${one})*`;
const pattern = new RegExp(
  String.raw`^${number}\.${number}\.${number}(?:-${identifiers('(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)')})?(?:\+${identifiers('[0-9A-Za-z-]+')})?$`,
);

function parse(written: string): Version | undefined {
  const found = written.length > 256 ? null : pattern.exec(written);
  const key = scheme.parse(written);
  return found === null || key === undefined ? undefined : { key, numbers: found.slice(1, 4).map(BigInt) };
}

function read(written: string): Version {
  const version = parse(written);
  if (version === undefined)
    throw policyError('expression-failed', `"${written.slice(0, 50)}" is no version such as 1.2.3`);
  return version;
}

/** Without `v` and leading zeros, and with three numbers. */
function normalised(written: string): string {
  const [, numbers = '', rest = ''] = /^v?([\d.]{0,100})(.*)$/s.exec(written) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  return rest === '' || parts.length === 3
    ? [...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.') + rest
    : written;
}

function compare(one: Version, other: Version): number {
  return scheme.compare(one.key, other.key);
}
