import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { VersionScheme } from './scheme.ts';

/** Asserts a table of comparisons, and each of them turned round. */
export function assertOrdered<V>(
  scheme: VersionScheme<V>,
  table: readonly (readonly [string, '<' | '=' | '>', string])[],
): void {
  const turned = { '<': '>', '=': '=', '>': '<' } as const;
  for (const [a, relation, b] of table) {
    assert.equal(relationOf(scheme, a, b), relation, `${scheme.name}: ${a} ${relation} ${b}`);
    assert.equal(relationOf(scheme, b, a), turned[relation], `${scheme.name}: ${b} ${turned[relation]} ${a}`);
  }
}

export function assertUnreadable<V>(scheme: VersionScheme<V>, texts: readonly string[]): void {
  for (const text of texts) assert.equal(scheme.parse(text), undefined, `${scheme.name} should refuse "${text}"`);
}

/** Asserts on random versions that the order is reflexive, antisymmetric and transitive. */
export function assertTotalOrder<V>(scheme: VersionScheme<V>, versions: fc.Arbitrary<string>): void {
  fc.assert(
    fc.property(versions, versions, versions, (...texts) => {
      const parsed = texts.map((text) => scheme.parse(text)).filter((version) => version !== undefined);
      const [a, b, c] = parsed;
      if (a === undefined || b === undefined || c === undefined) return;
      assert.equal(scheme.compare(a, a), 0, 'reflexive');
      assert.equal(Math.sign(scheme.compare(a, b)), -Math.sign(scheme.compare(b, a)) + 0, 'antisymmetric');
      if (scheme.compare(a, b) <= 0 && scheme.compare(b, c) <= 0) assert.ok(scheme.compare(a, c) <= 0, 'transitive');
    }),
  );
}

function relationOf<V>(scheme: VersionScheme<V>, a: string, b: string): '<' | '=' | '>' | '?' {
  const [left, right] = [scheme.parse(a), scheme.parse(b)];
  if (left === undefined || right === undefined) return '?';
  const order = scheme.compare(left, right);
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}
