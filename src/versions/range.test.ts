import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apk } from './apk.ts';
import { dpkg } from './dpkg.ts';
import { evaluateRanges, formatComparison, type RangeAnswer, type RangeEvent } from './range.ts';
import { semver } from './semver.ts';

test('a range is affected from introduced up to fixed', () => {
  const range = '1.0.0..2.0.0';
  assert.equal(semverAnswer('0.9.0', range), 'before-introduced: 0.9.0 < 1.0.0 (introduced)');
  assert.equal(semverAnswer('1.0.0-rc.1', range), 'before-introduced: 1.0.0-rc.1 < 1.0.0 (introduced)');
  assert.equal(semverAnswer('1.0.0', range), 'affected: 1.0.0 < 2.0.0 (fixed)');
  assert.equal(semverAnswer('2.0.0-rc.1', range), 'affected: 2.0.0-rc.1 < 2.0.0 (fixed)');
  assert.equal(semverAnswer('2.0.0', range), 'fixed: 2.0.0 >= 2.0.0 (fixed)');
  assert.equal(semverAnswer('10.0.0', range), 'fixed: 10.0.0 >= 2.0.0 (fixed)');
});

test('an answer has all that explains it', () => {
  const ranges = [[{ introduced: '0' }, { fixed: '4.17.19' }]];
  assert.deepEqual(evaluateRanges(semver, '4.17.15', ranges), {
    kind: 'affected',
    introduced: '0',
    fixed: '4.17.19',
    comparison: { version: '4.17.15', relation: '<', boundary: '4.17.19', event: 'fixed' },
  });
  assert.deepEqual(evaluateRanges(semver, '1.0.0', [[{ introduced: '0' }, { last_affected: '1.0.0' }]]), {
    kind: 'affected',
    introduced: '0',
    lastAffected: '1.0.0',
    comparison: { version: '1.0.0', relation: '<=', boundary: '1.0.0', event: 'last_affected' },
  });
});

test('introduced 0 is before every version', () => {
  assert.equal(semverAnswer('0.0.0-0', '0..1.0.0'), 'affected: 0.0.0-0 < 1.0.0 (fixed)');
  assert.equal(answer(dpkg, '0~~', '0..'), 'affected: 0~~ >= 0 (introduced)');
});

test('last_affected is inclusive', () => {
  assert.equal(semverAnswer('1.2.0', '0..=1.2.0'), 'affected: 1.2.0 <= 1.2.0 (last affected)');
  assert.equal(semverAnswer('1.2.1', '0..=1.2.0'), 'after-last-affected: 1.2.1 > 1.2.0 (last affected)');
  assert.equal(semverAnswer('1.2.0', '1.2.0..=1.2.0'), 'affected: 1.2.0 <= 1.2.0 (last affected)');
});

test('several stretches and ranges are a union', () => {
  assert.equal(semverAnswer('1.5.0', '0..1.0.0 2.0.0..2.5.0'), 'fixed: 1.5.0 >= 1.0.0 (fixed)');
  assert.equal(semverAnswer('2.1.0', '0..1.0.0 2.0.0..2.5.0'), 'affected: 2.1.0 < 2.5.0 (fixed)');
  assert.equal(semverAnswer('2.1.0', '0..1.0.0', '2.0.0..2.5.0'), 'affected: 2.1.0 < 2.5.0 (fixed)');
  assert.equal(semverAnswer('3.0.0', '2.0.0..2.5.0', '0..1.0.0'), 'fixed: 3.0.0 >= 2.5.0 (fixed)');
  assert.equal(semverAnswer('1.5.0', '2.0.0..2.5.0', '0..1.0.0'), 'fixed: 1.5.0 >= 1.0.0 (fixed)');
  assert.equal(semverAnswer('9.0.0', '0..1.0.0 2.0.0..'), 'affected: 9.0.0 >= 2.0.0 (introduced)');
  assert.equal(semverAnswer('8.5.1', '8.5.0..8.5.1 8.5.1..8.5.2'), 'affected: 8.5.1 < 8.5.2 (fixed)');
});

test('the order of the events does not matter', () => {
  const range = [{ fixed: '1.0.0' }, { introduced: '2.0.0' }, { fixed: '2.5.0' }, { introduced: '0' }];
  assert.equal(evaluateRanges(semver, '0.5.0', [range]).kind, 'affected');
  assert.equal(evaluateRanges(semver, '1.5.0', [range]).kind, 'unaffected');
  const turned = [{ introduced: '2.0.0' }, { fixed: '1.0.0' }, { introduced: '0' }];
  assert.equal(evaluateRanges(semver, '1.5.0', [turned]).kind, 'unaffected');
  assert.equal(evaluateRanges(semver, '2.0.0', [turned]).kind, 'affected');
});

test('a limit cuts off what lies behind it', () => {
  const upTo = (...limits: string[]): RangeEvent[] => [{ introduced: '0' }, ...limits.map((limit) => ({ limit }))];
  assert.equal(evaluateRanges(semver, '1.0.0', [upTo('2.0.0')]).kind, 'affected');
  assert.equal(sentence(evaluateRanges(semver, '2.0.0', [upTo('2.0.0')])), 'beyond-limit: 2.0.0 >= 2.0.0 (limit)');
  assert.equal(evaluateRanges(semver, '2.0.0', [upTo('2.0.0', '3.0.0')]).kind, 'affected');
  assert.equal(evaluateRanges(semver, '2.0.0', [upTo('*')]).kind, 'affected');
  assert.deepEqual(evaluateRanges(semver, '2.0.0', [upTo('1.0.0', 'x')]), { kind: 'undetermined', version: 'x' });
});

test('fixed 0 means never affected', () => {
  assert.equal(answer(apk, '1.8.0.1-r0', '0..0'), 'never-affected: 1.8.0.1-r0 >= 0 (fixed)');
  assert.equal(answer(apk, '1.8.0.1-r0', '1.0-r0..0'), 'never-affected: 1.8.0.1-r0 >= 0 (fixed)');
  assert.equal(answer(apk, '1.0-r0', '0..0 2.0-r0..3.0-r0'), 'before-introduced: 1.0-r0 < 2.0-r0 (introduced)');
  assert.equal(answer(apk, '1.0-r0', '0..0', '0..1.0-r1'), 'affected: 1.0-r0 < 1.0-r1 (fixed)');
});

test('a pair that is turned round means up to the fix', () => {
  assert.equal(answer(apk, '1.0-r0', '3.0-r0..2.0-r0'), 'affected: 1.0-r0 < 2.0-r0 (fixed)');
  assert.equal(answer(apk, '2.5-r0', '3.0-r0..2.0-r0'), 'fixed: 2.5-r0 >= 2.0-r0 (fixed)');
  assert.equal(answer(apk, '4.0-r0', '3.0-r0..2.0-r0'), 'fixed: 4.0-r0 >= 2.0-r0 (fixed)');
  assert.equal(answer(apk, '1.0-r0', '2.0-r0..2.0-r0'), 'affected: 1.0-r0 < 2.0-r0 (fixed)');
  assert.equal(answer(apk, '2.0-r0', '2.0-r0..2.0-r0'), 'fixed: 2.0-r0 >= 2.0-r0 (fixed)');
});

test('a pair that is turned round among others begins at the fix before it', () => {
  const range = '8.0.0..8.19.15 9.0.0..9.2.9 9.4.0..9.3.4';
  assert.equal(semverAnswer('8.20.0', range), 'fixed: 8.20.0 >= 8.19.15 (fixed)');
  assert.equal(semverAnswer('9.3.0', range), 'affected: 9.3.0 < 9.3.4 (fixed)');
  assert.equal(semverAnswer('9.5.0', range), 'fixed: 9.5.0 >= 9.3.4 (fixed)');
});

test('an empty pair among others affects nothing', () => {
  const range = '0..0.7.1 0.9.0..0.9.2 0.10.0..0.10.0';
  assert.equal(semverAnswer('0.9.5', range), 'fixed: 0.9.5 >= 0.9.2 (fixed)');
  assert.equal(semverAnswer('0.10.0', range), 'fixed: 0.10.0 >= 0.10.0 (fixed)');
  assert.equal(semverAnswer('0.9.1', range), 'affected: 0.9.1 < 0.9.2 (fixed)');
});

test('what cannot be read is undetermined, unless something else decides', () => {
  const undetermined = (version: string): string => `undetermined: ${version}`;
  assert.equal(semverAnswer('latest', '0..1.0.0'), undetermined('latest'));
  assert.equal(semverAnswer('2.0.0', '1.0.0..x'), undetermined('x'));
  assert.equal(semverAnswer('0.5.0', '1.0.0..x'), 'before-introduced: 0.5.0 < 1.0.0 (introduced)');
  assert.equal(semverAnswer('0.5.0', 'x..1.0.0'), undetermined('x'));
  assert.equal(semverAnswer('1.0.0', 'x..1.0.0'), 'fixed: 1.0.0 >= 1.0.0 (fixed)');
  assert.equal(semverAnswer('0.5.0', '0..1.0.0 2.0.0..x'), 'affected: 0.5.0 < 1.0.0 (fixed)');
  assert.equal(semverAnswer('2.5.0', '0..1.0.0 2.0.0..x'), undetermined('x'));
  assert.equal(semverAnswer('2.5.0', '0..x 2.0.0..3.0.0'), 'affected: 2.5.0 < 3.0.0 (fixed)');
  assert.equal(semverAnswer('0.5.0', '0..x', '0..1.0.0'), 'affected: 0.5.0 < 1.0.0 (fixed)');
  assert.equal(semverAnswer('0.5.0', '0..0.1.0', '0..x', '0..0.2.0'), undetermined('x'));
});

test('no event affects nothing', () => {
  assert.deepEqual(evaluateRanges(semver, '1.0.0', []), { kind: 'unaffected', reason: 'no-events' });
  assert.deepEqual(evaluateRanges(semver, '1.0.0', [[]]), { kind: 'unaffected', reason: 'no-events' });
  assert.equal(semverAnswer('1.0.0', '', '2.0.0..'), 'before-introduced: 1.0.0 < 2.0.0 (introduced)');
});

test('well-formed ranges in any order are evaluated as the OSV schema says', () => {
  const range = fc.uniqueArray(fc.nat(9), { maxLength: 8 }).chain((numbers) => {
    const events = numbers
      .toSorted((a, b) => a - b)
      .map((number, index): RangeEvent => {
        const version = index === 0 ? '0' : `${number}.0.0`;
        if (index % 2 === 0) return { introduced: version };
        return index % 4 === 1 ? { fixed: version } : { last_affected: version };
      });
    return fc.shuffledSubarray(events, { minLength: events.length });
  });
  fc.assert(
    fc.property(fc.nat(10), fc.array(range, { maxLength: 3 }), (number, ranges) => {
      const expected = ranges.some((events) => isVulnerable(number, events));
      assert.equal(evaluateRanges(semver, `${number}.0.0`, ranges).kind === 'affected', expected);
    }),
  );
});

test('any events give an answer', () => {
  const version = fc.constantFrom('0', '1.0.0', '2.0.0', '3.0.0', 'x', '*', '');
  const event = fc.oneof(
    fc.record({ introduced: version }),
    fc.record({ fixed: version }),
    fc.record({ last_affected: version }),
    fc.record({ limit: version }),
  );
  fc.assert(
    fc.property(version, fc.array(fc.array(event)), (installed, ranges) => {
      assert.notEqual(sentence(evaluateRanges(semver, installed, ranges)), '');
    }),
  );
});

/** The algorithm of the schema, word for word, for versions that are whole numbers. */
function isVulnerable(version: number, events: readonly RangeEvent[]): boolean {
  const numbered = events.map((event) => ({ event, at: Number.parseInt(Object.values(event)[0] ?? '', 10) }));
  let vulnerable = false;
  for (const { event, at } of numbered.toSorted((a, b) => a.at - b.at)) {
    if ('introduced' in event && version >= at) vulnerable = true;
    else if ('fixed' in event && version >= at) vulnerable = false;
    else if ('last_affected' in event && version > at) vulnerable = false;
  }
  return vulnerable;
}

/** Answers for ranges written as `from..fix`, `from..=last` or `from..`, parted by blanks. */
function answer(scheme: typeof semver, version: string, ...ranges: readonly string[]): string {
  const events = ranges.map((range) =>
    range.split(' ').flatMap((stretch): RangeEvent[] => {
      const [introduced = '', end = ''] = stretch.split('..');
      const start = introduced === '' ? [] : [{ introduced }];
      if (end === '') return start;
      return [...start, end.startsWith('=') ? { last_affected: end.slice(1) } : { fixed: end }];
    }),
  );
  return sentence(evaluateRanges(scheme, version, events));
}

function semverAnswer(version: string, ...ranges: readonly string[]): string {
  return answer(semver, version, ...ranges);
}

function sentence(result: RangeAnswer): string {
  if (result.kind === 'undetermined') return `undetermined: ${result.version}`;
  const why = result.comparison === undefined ? '' : `: ${formatComparison(result.comparison)}`;
  return `${result.kind === 'affected' ? result.kind : result.reason}${why}`;
}
