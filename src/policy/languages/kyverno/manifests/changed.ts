import type { JsonObject } from '#kit/narrow.ts';
import { failed, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import type { Difference } from './compare.ts';

const mostNamed = 3;
const mostShown = 20;
const longestValue = 200;

/** That an object is not as it was signed: in which fields, and what these say on either side, but for what is secret. */
export function changed(about: string, object: JsonObject, differences: readonly Difference[]): RuleResult {
  const paths = differences.map(({ steps }) => steps.join('.'));
  const more = paths.length > mostNamed ? [`${paths.length - mostNamed}+`] : [];
  const isSecret = object['kind'] === 'Secret';
  return failed(
    'manifest-changed',
    { object: about, fields: [...paths.slice(0, mostNamed).map(shortened), ...more].join(', ') },
    differences.slice(0, mostShown).map(({ steps, ...sides }) => ({
      what: `difference at ${shortened(steps.join('.'))}`,
      value: isSecret
        ? 'not shown'
        : Object.fromEntries(Object.entries(sides).map(([side, value]) => [side, shown(value)])),
    })),
  );
}

function shown(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.length > longestValue ? shortened(text) : value;
}

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
