import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import type { VersionScheme } from './scheme.ts';

/** How one version stands to another; `?` if at least one of them cannot be read. */
type Relation = '<' | '=' | '>' | '?';

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

/** Asserts that each version comes before the next, and so before all that follow. */
export function assertAscending<V>(scheme: VersionScheme<V>, versions: readonly string[]): void {
  for (const [index, a] of versions.entries()) {
    assertOrdered(
      scheme,
      versions.slice(index + 1).map((b) => [a, '<', b]),
    );
  }
}

/** Asserts that the scheme refuses every one of `texts`, and of the `words` that blanks part. */
export function assertUnreadable<V>(scheme: VersionScheme<V>, texts: readonly string[], words = ''): void {
  for (const text of words === '' ? texts : [...texts, ...words.split(' ')]) {
    assert.equal(scheme.parse(text), undefined, `${scheme.name} should refuse "${text}"`);
  }
}

/** Asserts on random versions that the order is reflexive, antisymmetric and transitive. */
export function assertTotalOrder<V>(scheme: VersionScheme<V>, versions: fc.Arbitrary<string>): void {
  fc.assert(
    fc.property(versions, versions, versions, (...texts) => {
      const parsed = texts.map((text) => scheme.parse(text)).filter((version) => version !== undefined);
      const [a, b, c] = parsed.toSorted((x, y) => scheme.compare(x, y));
      if (a === undefined || b === undefined || c === undefined) return;
      assert.equal(scheme.compare(a, a), 0, 'reflexive');
      const forwards = [scheme.compare(a, b), scheme.compare(b, c), scheme.compare(a, c)];
      const backwards = [scheme.compare(b, a), scheme.compare(c, b), scheme.compare(c, a)];
      assert.deepEqual(
        forwards.map(Math.sign),
        backwards.map((order) => -Math.sign(order) + 0),
        'antisymmetric',
      );
      assert.ok(
        forwards.every((order) => order <= 0),
        `transitive: ${texts.join(' ')}`,
      );
    }),
    { numRuns: 1000 },
  );
}

/** A real tool of the ecosystem: what it says of many pairs at once, or the reason why it cannot be asked. */
export type Oracle = (
  pairs: readonly (readonly [string, string])[],
) => readonly string[] | { readonly missing: string };

/** Asserts that the scheme and the ecosystem's own tool say the same of random versions, also of what is no version. */
export function assertAgreesWith<V>(
  t: TestContext,
  oracle: Oracle,
  scheme: VersionScheme<V>,
  versions: fc.Arbitrary<string>,
  count = 2000,
): void {
  const pairs = fc.sample(fc.tuple(versions, versions), count);
  const answers = oracle(pairs);
  if ('missing' in answers) return t.skip(answers.missing);
  assert.equal(answers.length, pairs.length, 'the tool answers every pair');
  for (const [index, [a, b]] of pairs.entries()) {
    assert.equal(relationOf(scheme, a, b), answers[index], `${scheme.name}: ${a} ${answers[index]} ${b}`);
  }
}

/** An oracle that reads pairs, one a line with a tab between, and writes a line with the relation for each. */
export function commandOracle(tool: string, command: string, ...args: readonly string[]): Oracle {
  return (pairs) => {
    const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
    const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
    if (status === 0) return stdout.trim().split('\n');
    return { missing: `${tool} does not answer: ${(stderr ?? '').trim() || error?.message}` };
  };
}

/** What the scheme says of two versions. */
export function relationOf<V>(scheme: VersionScheme<V>, a: string, b: string): Relation {
  const [left, right] = [scheme.parse(a), scheme.parse(b)];
  if (left === undefined || right === undefined) return '?';
  const order = scheme.compare(left, right);
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}
