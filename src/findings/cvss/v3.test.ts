import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scoreVector } from './index.ts';
import { arbitraryMetrics, assertScores, baseVectors, notations } from './testing.ts';

test('3.1 and 3.0 score the examples of FIRST', () => {
  const examples = [
    ['AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1], // CVE-2013-1937
    ['AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4], // CVE-2013-0375
    ['AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1], // CVE-2014-3566
    ['AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9], // CVE-2012-1516
    ['AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L', 4.2], // CVE-2009-0783
    ['AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 8.8], // CVE-2012-0384
    ['AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', 7.8], // CVE-2015-1098
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5], // CVE-2014-0160
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:F/RL:O/RC:C', 7], // CVE-2014-0160
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8], // CVE-2014-6271
    ['AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N', 6.8], // CVE-2008-1447
    ['AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 6.8], // CVE-2014-2005
    ['AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N', 5.8], // CVE-2010-0467
    ['AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:N', 5.8], // CVE-2012-1342
    ['AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H', 9.3], // CVE-2013-6014
    ['AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 8.8], // CVE-2011-1265
    ['AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N', 4.6], // CVE-2014-2019
    ['AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', 8.8], // CVE-2015-0970
    ['AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N', 7.4], // CVE-2014-0224
    ['AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H', 9.6], // CVE-2012-5376
    ['AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10], // CVE-2021-44228
    ['AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H', 8.2], // CVE-2016-5729
    ['AV:L/AC:L/PR:H/UI:N/S:U/C:N/I:H/A:H', 6], // CVE-2015-2890
    ['AV:P/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 7.6], // CVE-2018-3652
    ['AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:N/A:N', 6], // CVE-2023-21989
    ['AV:P/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H', 6.4], // CVE-2022-20826
    ['AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:L/A:H', 9.9], // CVE-2023-20048
    // The examples of section 6 on vectors, the second in an order that is not the preferred one.
    ['AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:N', 3.8],
    ['S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/E:F/RL:X', 3.7],
  ] as const;
  assertScores('CVSS:3.1/', examples);
  assertScores('CVSS:3.0/', examples);
});

test('only Modified Impact with a changed scope tells 3.0 from 3.1', () => {
  const metrics = 'AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H';
  assertScores('CVSS:3.0/', [
    [metrics, 8.5],
    [`${metrics}/CR:H`, 8.5],
    [`${metrics}/CR:H/MS:U`, 7.5],
  ]);
  assertScores('CVSS:3.1/', [
    [metrics, 8.5],
    [`${metrics}/CR:H`, 8.6],
    [`${metrics}/CR:H/MS:U`, 7.5],
  ]);
});

test('3.x is rated as its section 5 says', () => {
  const severities = [
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'none'],
    ['AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.6, 'low'],
    ['AV:N/AC:H/PR:H/UI:R/S:U/C:L/I:L/A:L', 3.9, 'low'],
    ['AV:N/AC:H/PR:N/UI:N/S:C/C:L/I:N/A:N', 4, 'medium'],
    ['AV:N/AC:L/PR:H/UI:R/S:C/C:H/I:L/A:N', 6.9, 'medium'],
    ['AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:L/A:L', 7, 'high'],
    ['AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:L', 8.9, 'high'],
    ['AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H', 9, 'critical'],
  ] as const;
  for (const [metrics, score, severity] of severities) {
    const vector = `CVSS:3.1/${metrics}`;
    const found = scoreVector(vector);
    assert.deepEqual({ ...found, base: undefined }, { version: '3.1', vector, score, severity, base: undefined });
  }
});

for (const version of ['3.0', '3.1'] as const) {
  test(`${version} scores every base vector as exact arithmetic does`, () => {
    let count = 0;
    for (const vector of baseVectors(notations[version])) {
      assert.equal(scoreVector(vector)?.score, exactScore(version, vector), vector);
      count++;
    }
    assert.equal(count, 2592);
  });

  test(`${version} scores temporal and environmental metrics as exact arithmetic does`, () => {
    fc.assert(
      fc.property(arbitraryMetrics(notations[version]), (parts) => {
        const vector = `CVSS:${version}/${parts.join('/')}`;
        assert.equal(scoreVector(vector)?.score, exactScore(version, vector), vector);
      }),
      { numRuns: 2000 },
    );
  });
}

/** A decimal number without any loss: digits × 10^-places. */
interface Exact {
  readonly digits: bigint;
  readonly places: bigint;
}

function exact(text: string): Exact {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), places: BigInt(fraction.length) };
}

function times(...factors: readonly Exact[]): Exact {
  return factors.reduce((a, b) => ({ digits: a.digits * b.digits, places: a.places + b.places }));
}

function plus(a: Exact, b: Exact): Exact {
  const places = a.places > b.places ? a.places : b.places;
  return { digits: a.digits * 10n ** (places - a.places) + b.digits * 10n ** (places - b.places), places };
}

function minus(a: Exact, b: Exact): Exact {
  return plus(a, { digits: -b.digits, places: b.places });
}

function minimum(a: Exact, b: Exact): Exact {
  return minus(a, b).digits < 0n ? a : b;
}

function power({ digits, places }: Exact, exponent: bigint): Exact {
  return { digits: digits ** exponent, places: places * exponent };
}

/** The smallest number with one decimal that is not below a number: the definition, to the letter. */
function exactRoundup({ digits, places }: Exact): Exact {
  if (places <= 1n) return { digits: digits * 10n ** (1n - places), places: 1n };
  const unit = 10n ** (places - 1n);
  return { digits: (digits + unit - 1n) / unit, places: 1n };
}

/** Section 7.4; what is not here weighs 1. Privileges Required goes by its scope. */
const constants = new Map(
  [
    'AV:N=0.85 AV:A=0.62 AV:L=0.55 AV:P=0.2 AC:L=0.77 AC:H=0.44 UI:N=0.85 UI:R=0.62',
    'UPR:N=0.85 UPR:L=0.62 UPR:H=0.27 CPR:N=0.85 CPR:L=0.68 CPR:H=0.5',
    'impact:H=0.56 impact:L=0.22 impact:N=0 requirement:H=1.5 requirement:L=0.5',
    'E:F=0.97 E:P=0.94 E:U=0.91 RL:W=0.97 RL:T=0.96 RL:O=0.95 RC:R=0.96 RC:U=0.92',
  ]
    .join(' ')
    .split(' ')
    .map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
);

/** Section 7 of 3.1, and 8 of 3.0, once more, in exact arithmetic. */
function exactScore(version: '3.0' | '3.1', vector: string): number {
  const said = new Map(vector.split('/').map((part): [string, string] => [part.slice(0, part.indexOf(':')), part]));
  const letter = (metric: string): string => said.get(metric)?.split(':')[1] ?? 'X';
  const isEnvironmental = [...said.keys()].some((name) => /^(M..?|[CIA]R)$/.test(name) && letter(name) !== 'X');
  const effective = (metric: string): string => (letter(`M${metric}`) === 'X' ? letter(metric) : letter(`M${metric}`));
  const constant = (name: string, value: string): Exact => exact(constants.get(`${name}:${value}`) ?? '1');
  const one = exact('1');

  const impacts = ['C', 'I', 'A'].map((metric) =>
    minus(one, times(constant('impact', effective(metric)), constant('requirement', letter(`${metric}R`)))),
  );
  const unbounded = minus(one, times(...impacts));
  const iss = isEnvironmental ? minimum(unbounded, exact('0.915')) : unbounded;
  const scope = effective('S');
  const last =
    isEnvironmental && version === '3.1'
      ? power(minus(times(iss, exact('0.9731')), exact('0.02')), 13n)
      : power(minus(iss, exact('0.02')), 15n);
  const impact =
    scope === 'U'
      ? times(exact('6.42'), iss)
      : minus(times(exact('7.52'), minus(iss, exact('0.029'))), times(exact('3.25'), last));
  const exploitability = times(
    exact('8.22'),
    constant('AV', effective('AV')),
    constant('AC', effective('AC')),
    constant(`${scope}PR`, effective('PR')),
    constant('UI', effective('UI')),
  );
  const factor = exact(scope === 'U' ? '1' : '1.08');
  const sum = minimum(times(factor, plus(impact, exploitability)), exact('10'));
  const untimed = impact.digits <= 0n ? exact('0.0') : exactRoundup(sum);
  const temporal = ['E', 'RL', 'RC'].map((metric) => constant(metric, letter(metric)));
  return Number(exactRoundup(times(untimed, ...temporal)).digits) / 10;
}
