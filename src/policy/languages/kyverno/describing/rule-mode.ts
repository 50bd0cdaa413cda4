import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import { describeLabels } from '#policy/description/labels.ts';
import { describeMode } from '#policy/description/mode.ts';
import { joined, listed, type Said } from '#policy/description/said.ts';
import type { Rule } from '#policy/languages/kyverno/rule.ts';
import type { Mode } from '#policy/outcome.ts';
import { labelSelector } from '#policy/languages/kyverno/schema/match.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';

/** How seriously a rule is meant, and in which namespaces otherwise; nothing of one that only changes objects. */
export function describeRuleMode(spec: JsonObject, rule: Rule): Said | undefined {
  if (rule.validate === undefined && rule.verifications.length === 0) return undefined;
  const { mode, overrides } = modesOf(spec, rule);
  return describeMode(mode, overrides);
}

/** Whether images are denied anywhere for what verifies them: only then they are changed as well. */
export function isEnforcedAnywhere(spec: JsonObject, rule: Pick<Rule, 'validate' | 'verifications'>): boolean {
  const { mode, overrides } = modesOf(spec, rule);
  return mode === 'enforce' || overrides.some((one) => one.mode === 'enforce');
}

interface Modes {
  readonly mode: Mode;
  readonly overrides: readonly { readonly where: Said; readonly mode: Mode }[];
}

/** The order is that of `mode.ts`: what a rule says itself stands before what the policy says. */
function modesOf(spec: JsonObject, { validate, verifications }: Pick<Rule, 'validate' | 'verifications'>): Modes {
  const said = [asText(validate?.['failureAction']), ...verifications.map((one) => one.failureAction)].filter(
    (action) => action !== undefined,
  );
  const own = said.find(isEnforced) ?? said[0];
  const overrides = [
    ...asList(validate?.['failureActionOverrides']),
    ...(own === undefined ? asList(spec['validationFailureActionOverrides']) : []),
  ].map((one) => asObject(one) ?? {});
  const toMode = (action: string): Mode =>
    isEnforced(action) ? 'enforce' : spec['emitWarning'] === true ? 'warn' : 'audit';
  return {
    mode: toMode(own ?? asText(spec['validationFailureAction']) ?? 'Audit'),
    overrides: overrides.flatMap((override) => {
      const action = asText(override['action']);
      const where = placeOf(override);
      return action === undefined || where === undefined ? [] : [{ where, mode: toMode(action) }];
    }),
  };
}

function isEnforced(action: string): boolean {
  return action.toLowerCase() === 'enforce';
}

function placeOf(override: JsonObject): Said | undefined {
  const namespaces = asTexts(override['namespaces']);
  const selector = asObject(override['namespaceSelector']);
  if (namespaces.length === 0 && selector === undefined) return undefined;
  const labels = describeLabels(readStrictly(labelSelector, selector ?? {}));
  const parts = [
    ...(namespaces.length === 0 ? [] : [listed(namespaces)]),
    ...(labels.en === '' ? [] : [{ en: `labels ${labels.en}`, de: `Labels ${labels.de}` }]),
  ];
  return parts.length === 0 ? { en: 'every namespace', de: 'jeder Namespace' } : joined(parts, '; ');
}
