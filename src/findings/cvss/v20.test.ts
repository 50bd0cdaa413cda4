import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreVector } from './index.ts';
import { assertScores } from './testing.ts';

test('2.0 scores the examples of its guide', () => {
  assertScores('', [
    // CVE-2002-0392
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C', 6.4],
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H', 0],
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H', 9.2],
    // CVE-2003-0818
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C', 8.3],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:L', 0],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L', 9],
    // CVE-2003-0062
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C', 6.2],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C', 4.9],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:M', 0],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M', 7.5],
  ]);
});

test('2.0 rounds true halves up, which floating point holds just below', () => {
  assertScores('', [
    ['AV:N/AC:L/Au:N/C:C/I:P/A:P/E:F', 8.6],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:POC/RL:W', 8.6],
  ]);
});

test('2.0 scales by how many systems are concerned', () => {
  assertScores('AV:N/AC:L/Au:N/C:C/I:C/A:C', [
    ['/TD:L', 2.5],
    ['/TD:M', 7.5],
    ['/TD:M/CDP:LM/IR:L', 7.3],
    ['/TD:H/CR:H', 10],
  ]);
});

test('2.0 stays in its range where low requirements would leave it', () => {
  assertScores('', [
    ['AV:L/AC:H/Au:M/C:N/I:N/A:N', 0],
    ['AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L', 0],
    ['AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L/CDP:H', 4.9],
  ]);
});

test('2.0 is rated as by the NVD', () => {
  const severities = [
    ['AV:L/AC:H/Au:M/C:N/I:N/A:N', 0, 'low'],
    ['AV:L/AC:L/Au:S/C:N/I:N/A:C/E:U', 3.9, 'low'],
    ['AV:L/AC:H/Au:N/C:N/I:N/A:C', 4, 'medium'],
    ['AV:L/AC:M/Au:N/C:C/I:C/A:C', 6.9, 'medium'],
    ['AV:A/AC:M/Au:M/C:C/I:C/A:C', 7, 'high'],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 'high'],
  ] as const;
  for (const [vector, score, severity] of severities) {
    const found = scoreVector(vector);
    assert.deepEqual({ ...found, base: undefined }, { version: '2.0', vector, score, severity, base: undefined });
  }
});
