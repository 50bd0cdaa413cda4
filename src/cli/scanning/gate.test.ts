import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingOf, packageOf } from '#documents/testing.ts';
import type { SeverityLevel } from '#findings/severity.ts';
import { closingFindings, describeUnrated, type GateCondition } from './gate.ts';

const pkg = packageOf('npm', 'a', '1.0.0');

function rated(level: SeverityLevel) {
  return findingOf(pkg, { severity: { level, source: '', ratings: [] }, fix: { state: 'not-fixed', versions: [] } });
}

const exploited = { cve: 'CVE-2024-1', added: '2024-01-01', ransomware: false, name: 'a' };
const findings = {
  critical: rated('critical'),
  low: rated('low'),
  unknown: rated('unknown'),
  exploited: { ...rated('unknown'), exploited },
  malware: { ...rated('unknown'), kind: 'malware' as const },
  fixable: { ...rated('unknown'), fix: { state: 'fixed' as const, versions: ['2'] } },
};
type Kind = keyof typeof findings;

const gates: readonly (readonly [conditions: readonly GateCondition[], closedBy: readonly Kind[]])[] = [
  [[], []],
  [['critical'], ['critical']],
  [['high'], ['critical']],
  [['negligible'], ['critical', 'low']],
  [['unknown'], ['unknown', 'exploited', 'malware', 'fixable']],
  [
    ['low', 'unknown'],
    ['critical', 'low', 'unknown', 'exploited', 'malware', 'fixable'],
  ],
  [['exploited'], ['exploited']],
  [
    ['malware', 'fixable'],
    ['malware', 'fixable'],
  ],
  [['any'], ['critical', 'low', 'unknown', 'exploited', 'malware', 'fixable']],
];

for (const [conditions, closedBy] of gates) {
  test(`a gate for "${conditions.join(',')}" is closed by: ${closedBy.join(', ')}`, () => {
    assert.deepEqual(
      closingFindings(Object.values(findings), conditions),
      closedBy.map((kind) => findings[kind]),
    );
  });
}

test('an open gate for a severity says how many findings nobody has rated', () => {
  const { unknown, low, critical, exploited: known } = findings;
  assert.equal(
    describeUnrated([low, unknown, unknown], ['high', 'exploited']),
    'the gate is open, and nobody has rated 2 findings: --fail-on high,exploited,unknown closes it for them',
  );
  assert.match(describeUnrated([unknown], ['low']) ?? '', / 1 finding: /);
  assert.equal(describeUnrated([low], ['high']), undefined, 'all are rated');
  assert.equal(describeUnrated([critical, unknown], ['high']), undefined, 'it is closed');
  assert.equal(
    describeUnrated([known, unknown], ['high', 'exploited']),
    undefined,
    'it is closed by another condition',
  );
  assert.equal(describeUnrated([unknown], ['malware']), undefined, 'no severity was asked for');
});
