import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { scoreVector } from './index.ts';
import { macroVectorScore } from './macro-vector-scores.ts';
import { assertRefused, assertScores, baseVectors, notations } from './testing.ts';

test('4.0 scores the examples of FIRST', () => {
  assertScores('CVSS:4.0/', [
    ['AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3], // CVE-2022-41741
    ['AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.7], // CVE-2020-3549
    ['AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U', 5.2], // CVE-2020-3549
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N', 8.3], // CVE-2023-3089
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L', 8.1], // CVE-2023-3089
    ['AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N', 4.6], // CVE-2021-44714
    ['AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', 5.1], // CVE-2022-21830
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', 6.9], // CVE-2022-22186
    ['AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N', 5.9], // CVE-2023-21989
    ['AV:L/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 9.4], // CVE-2020-3947
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:H/SI:H/SA:H', 9.3], // CVE-2023-48228
    ['AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:H/SA:N/S:P/V:D', 8.3], // CVE-2023-30560
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A', 10], // CVE-2026-48172
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A', 8.7], // CVE-2014-0160
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A', 9.3], // CVE-2021-44228
    ['AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P/MAC:L/MAT:N/MVC:N/MVI:N/MVA:L', 5.5], // CVE-2021-44228
    ['AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:H/SI:N/SA:H', 6.4], // CVE-2013-6014
    ['AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/R:I', 8.4], // CVE-2016-5729
    ['AV:L/AC:L/AT:P/PR:H/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/R:I', 7.1], // CVE-2015-2890
    ['AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7], // CVE-2018-3652
    ['AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P', 8.2], // CVE-2024-6387
    ['AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 7.1], // CVE-2023-30545
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 8.2], // CVE-2021-23846
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:L', 8.7], // CVE-2023-22394
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:L/E:U', 6.6], // CVE-2023-22394
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:L/E:U/MVA:H/MSA:N', 6.6], // CVE-2023-22394
    ['AV:N/AC:L/AT:N/PR:N/UI:A/VC:L/VI:L/VA:N/SC:L/SI:L/SA:N', 5.1], // CVE-2022-24682
    ['AV:N/AC:L/AT:N/PR:L/UI:P/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', 5.1], // CVE-2020-0926
    ['AV:N/AC:L/AT:N/PR:L/UI:A/VC:H/VI:H/VA:H/SC:L/SI:L/SA:N', 8.5], // CVE-2024-55228
    ['AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N', 5.1], // CVE-2023-5602
    ['AV:N/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.7], // CVE-2022-20759
    ['AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N', 8.3], // CVE-2021-34724
    ['AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N/E:U', 5.6], // CVE-2021-34724
    ['AV:L/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 8.5], // CVE-2023-28311
    ['AV:L/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U/MUI:A', 5.7], // CVE-2023-28311
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A', 9.2], // CVE-2022-22965
    ['AV:P/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 5.4], // CVE-2022-20826
    ['AV:N/AC:L/AT:N/PR:H/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 6.9], // CVE-2021-32570
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:L/SA:N', 6.9], // CVE-2023-20245
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:L/SA:N/E:U/CR:L/IR:L/AR:L', 2.7], // CVE-2023-20245
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:L/SI:N/SA:H', 7.8], // CVE-2023-20245
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:L/SI:L/SA:L', 6.9], // CVE-2024-1233
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:L/SI:L/SA:L/MSI:N/MSA:N', 6.9], // CVE-2024-1233
    ['AV:L/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/S:P', 8.5], // CVE-2023-28728
    ['AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/S:P/AU:Y/V:C/RE:L', 9.4], // CVE-2022-47379
    [
      'AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P/CR:L/IR:H/AR:L/MAV:L/MAC:H/MAT:N/MPR:N/MUI:N/MVC:N/MVI:H/MVA:L/MSC:N/MSI:S/MSA:L',
      7,
    ], // CVE-2022-47379
    [
      'AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P/CR:L/IR:H/AR:H/MAV:A/MAC:H/MAT:N/MPR:L/MUI:N/MVC:L/MVI:H/MVA:H/MSC:L/MSI:S/MSA:S',
      7.4,
    ], // CVE-2022-47379
    [
      'AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P/CR:M/IR:H/AR:M/MAV:N/MAC:H/MAT:N/MPR:L/MUI:N/MVC:H/MVI:H/MVA:H/MSC:H/MSI:S/MSA:H',
      8.7,
    ], // CVE-2022-47379
    ['AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N/S:P', 8.6], // CVE-2020-10627
    ['AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N/MSI:S/S:P', 9.7], // CVE-2020-10627
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/V:C', 8.7], // CVE-2020-28196
    ['AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:N/SC:H/SI:L/SA:H', 6.4], // CVE-2023-20048
    ['AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:N/SC:H/SI:L/SA:H/E:U/MAV:A/R:U/V:C', 2.4], // CVE-2023-20048
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10], // CVE-2024-23897
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A/CR:H/IR:H/AR:H/MAV:L/MAT:P', 8.9], // CVE-2024-23897
    ['AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 8.5], // CVE-2026-31431
    ['AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/MVC:N/MVI:N/MVA:N', 0], // CVE-2026-31431
  ]);
});

test('4.0 reads the vectors that section 7 calls valid', () => {
  assertScores('CVSS:4.0/', [
    ['AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N', 5.1],
    ['AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N/E:A', 5.1],
    ['AV:A/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L/E:P', 4.5],
    [
      'AV:L/AC:H/AT:N/PR:N/UI:A/VC:N/VI:N/VA:L/SC:H/SI:H/SA:H/' +
        'CR:H/IR:H/AR:M/MAV:N/MAC:L/MAT:P/MPR:L/MUI:A/MVC:N/MVI:H/MVA:L/MSC:L/MSI:S/MSA:H',
      8.5,
    ],
    ['AV:P/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L/E:A/S:P/AU:Y/R:A/V:D/RE:L/U:Red', 5.4],
  ]);
});

test('4.0 refuses the vectors that section 7 calls invalid', () => {
  assertRefused([
    // F is not a value of AV
    'CVSS:4.0/AV:F/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N',
    // E is defined more than once
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N/E:A/E:X',
    // ui is not a metric
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/ui:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N',
    // no prefix
    'AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N',
    // no VA
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/SC:N/SI:N/SA:N',
    // not in the fixed order
    'CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N/CR:H/E:A',
  ]);
});

/** Tables 24, 25, 30, 27 and 28: the highest severity vectors of every level. Only modified metrics can say Safety. */
const highest = {
  eq1: [
    [0, 'AV:N/PR:N/UI:N'],
    [1, 'AV:A/PR:N/UI:N'],
    [1, 'AV:N/PR:L/UI:N'],
    [1, 'AV:N/PR:N/UI:P'],
    [2, 'AV:P/PR:N/UI:N'],
    [2, 'AV:A/PR:L/UI:P'],
  ],
  eq2: [
    [0, 'AC:L/AT:N'],
    [1, 'AC:L/AT:P'],
    [1, 'AC:H/AT:N'],
  ],
  eq3eq6: [
    ['00', 'VC:H/VI:H/VA:H/CR:H/IR:H/AR:H'],
    ['01', 'VC:H/VI:H/VA:H/CR:M/IR:M/AR:M'],
    ['01', 'VC:H/VI:H/VA:L/CR:M/IR:M/AR:H'],
    ['10', 'VC:L/VI:H/VA:H/CR:H/IR:H/AR:H'],
    ['10', 'VC:H/VI:L/VA:H/CR:H/IR:H/AR:H'],
    ['11', 'VC:H/VI:L/VA:H/CR:M/IR:H/AR:M'],
    ['11', 'VC:H/VI:L/VA:L/CR:M/IR:H/AR:H'],
    ['11', 'VC:L/VI:H/VA:H/CR:H/IR:M/AR:M'],
    ['11', 'VC:L/VI:H/VA:L/CR:H/IR:M/AR:H'],
    ['11', 'VC:L/VI:L/VA:H/CR:H/IR:H/AR:M'],
    ['21', 'VC:L/VI:L/VA:L/CR:H/IR:H/AR:H'],
  ],
  eq4: [
    [0, 'SC:H/SI:N/SA:N/MSI:S/MSA:S'],
    [1, 'SC:H/SI:H/SA:H'],
    [2, 'SC:L/SI:L/SA:L'],
  ],
  eq5: [
    [0, 'E:A'],
    [1, 'E:P'],
    [2, 'E:U'],
  ],
} as const;

test('the highest severity vectors of every MacroVector score what the MacroVector does', () => {
  const scored = new Set<string>();
  for (const [eq1, exploitability] of highest.eq1) {
    for (const [eq2, complexity] of highest.eq2) {
      for (const [eq3eq6, vulnerable] of highest.eq3eq6) {
        for (const [eq4, subsequent] of highest.eq4) {
          for (const [eq5, maturity] of highest.eq5) {
            const vector = inOrder([exploitability, complexity, vulnerable, subsequent, maturity].join('/'));
            const expected = macroVectorScore({ eq1, eq2, eq3eq6, eq4, eq5 }) / 10;
            assert.equal(scoreVector(vector)?.score, expected, vector);
            scored.add([eq1, eq2, eq3eq6, eq4, eq5].join(''));
          }
        }
      }
    }
  }
  assert.equal(scored.size, 270);
});

/** What is put behind base vectors, to reach all levels of EQ4, EQ5 and EQ6. Their number shares no factor with that of any value. */
const suffixes = [
  '',
  '/CR:M/IR:M/AR:M',
  '/CR:L/IR:M/AR:H',
  '/MSI:S',
  '/CR:M/IR:M/AR:M/MSI:S',
  '/E:P',
  '/E:P/CR:M/IR:M/AR:M',
  '/E:P/MSA:S',
  '/E:P/CR:M/IR:M/AR:M/MSA:S',
  '/E:U',
  '/E:U/CR:M/IR:M/AR:M',
  '/E:U/MSI:S/MSA:S',
  '/E:U/CR:M/IR:M/AR:M/MSI:S/MSA:S',
];

/** Of the lines made below, with the scores of `cvss` 3.6 by Red Hat Product Security, who wrote the reference implementation. */
const reference = 'sha256:4e21ed14de4446bd70cad3927618e3f9e4048fc8921fe44aa815a37d3d6d386e';

test('4.0 scores 104,976 vectors as the reference implementation does', () => {
  let lines = '';
  let count = 0;
  for (const base of baseVectors(notations['4.0'])) {
    const vector = `${base}${suffixes[count % suffixes.length]}`;
    lines += `${vector} ${scoreVector(vector)?.score.toFixed(1)}\n`;
    count++;
  }
  assert.equal(count, 104_976);
  assert.equal(digestOf(lines), reference);
});

/** A vector of these metrics, in the order of table 23. */
function inOrder(metrics: string): string {
  const order = 'AV AC AT PR UI VC VI VA SC SI SA E CR IR AR MSI MSA'.split(' ');
  const parts = metrics.split('/').map((part) => ({ part, place: order.indexOf(part.slice(0, part.indexOf(':'))) }));
  const sorted = parts.toSorted((a, b) => a.place - b.place).map(({ part }) => part);
  return `CVSS:4.0/${sorted.join('/')}`;
}

test('4.0 scores nothing where there is no impact, whatever else is said', () => {
  assertScores('CVSS:4.0/', [
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A/CR:H/IR:H/AR:H/S:P/U:Red', 0],
    ['AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N/E:U', 0.1],
    ['AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N/E:U/MVA:N', 0],
  ]);
});

test('4.0 is rated as its section 6 says', () => {
  const severities = [
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0, 'none'],
    ['AV:P/AC:H/AT:N/PR:L/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N/E:U', 0.1, 'low'],
    ['AV:A/AC:H/AT:P/PR:N/UI:P/VC:L/VI:H/VA:L/SC:N/SI:L/SA:H/E:U', 3.9, 'low'],
    ['AV:N/AC:L/AT:P/PR:H/UI:A/VC:L/VI:L/VA:L/SC:H/SI:N/SA:N', 4, 'medium'],
    ['AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:L/SI:L/SA:L', 6.9, 'medium'],
    ['AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7, 'high'],
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:N/VA:N/SC:H/SI:N/SA:N', 8.9, 'high'],
    ['AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:H/SC:H/SI:N/SA:N', 9, 'critical'],
  ] as const;
  for (const [metrics, score, severity] of severities) {
    const vector = `CVSS:4.0/${metrics}`;
    const found = scoreVector(vector);
    assert.deepEqual({ ...found, base: undefined }, { version: '4.0', vector, score, severity, base: undefined });
  }
});
