import type { GivenValues } from '#policy/languages/kyverno/scope/world.ts';
import type { WrittenValues } from './test-file.ts';

/** What the values of a test give for the rules of a policy that look at an object. */
export function givenFor(
  { globalValues, policies = [] }: WrittenValues,
  policy: string,
  object: string,
): (rule: string) => GivenValues | undefined {
  const written = policies.filter(({ name }) => name === policy);
  const ofObject = written.flatMap(({ resources = [] }) => resources.filter(({ name }) => name === object));
  const base = [globalValues, ...ofObject.map(({ values }) => values)];
  return (name) => {
    const rules = written.flatMap(({ rules: all = [] }) => all.filter((rule) => isSameRule(rule.name, name)));
    const values = [...base, ...rules.map((rule) => rule.values)].flatMap((one) => Object.entries(one ?? {}));
    const forEach = rules.flatMap((rule) => Object.entries(rule.foreachValues ?? {}));
    if (values.length + forEach.length === 0) return undefined;
    return { values: new Map(values), forEach: new Map(forEach) };
  };
}

/** Whether a rule is the one that is named, or follows from it for a kind that makes pods. */
export function isSameRule(written: string, rule: string): boolean {
  return [written, `autogen-${written}`, `autogen-cronjob-${written}`].some((name) => name.slice(0, 63) === rule);
}
