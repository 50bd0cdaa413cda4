import { semver } from '#versions/semver.ts';
import { define, failure, text, type JmesFunction } from './define.ts';

/** Functions of versions by Semantic Versioning. */
export const versions: Readonly<Record<string, JmesFunction>> = {
  semver_compare: define([text, text], ([version, range]) => {
    const value = versionOf(version);
    return range.split('||').some((choice) => limitsOf(choice).every((limit) => limit(value)));
  }),
};

type Limit = (version: string) => boolean;
type Operator = (order: number) => boolean;

const operators: ReadonlyMap<string, Operator> = new Map([
  ['', (order) => order === 0],
  ['=', (order) => order === 0],
  ['==', (order) => order === 0],
  ['!', (order) => order !== 0],
  ['!=', (order) => order !== 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
]);

function limitsOf(choice: string): readonly Limit[] {
  const limits = [...choice.matchAll(/([<>=!]*)\s*([^\s<>=!]+)/g)].map(([, operator = '', version = '']) =>
    limitOf(operator, version),
  );
  if (limits.length === 0) throw failure('the range of versions is empty');
  return limits;
}

function limitOf(operator: string, version: string): Limit {
  const holds = operators.get(operator);
  if (holds === undefined) throw failure(`"${operator}" compares no versions`);
  const [, major = '', minor] = /^(\d+)\.(?:(\d+)\.)?[xX*](?:\.[xX*])?$/.exec(version) ?? [];
  if (major === '') return (given) => holds(semver.compare(given, versionOf(version)));
  const low = versionOf(`${major}.${minor ?? 0}.0`);
  const high = versionOf(minor === undefined ? `${BigInt(major) + 1n}.0.0` : `${major}.${BigInt(minor) + 1n}.0`);
  const isWithin: Limit = (given) => semver.compare(given, low) >= 0 && semver.compare(given, high) < 0;
  switch (operator) {
    case '':
    case '=':
    case '==':
      return isWithin;
    case '!':
    case '!=':
      return (given) => !isWithin(given);
    case '>':
    case '<=':
      return (given) => holds(semver.compare(given, high) < 0 ? -1 : 1);
    default:
      return (given) => holds(semver.compare(given, low));
  }
}

function versionOf(written: string): string {
  // Shortened versions, a leading v and leading zeros are none here.
  const version =
    /^(?:(?:0|[1-9]\d*)\.){2}(?:0|[1-9]\d*)(?:[-+].*)?$/.test(written) && written.length <= 256
      ? semver.parse(written)
      : undefined;
  if (version === undefined) throw failure(`"${written.slice(0, 100)}" is no version`);
  return version;
}
