import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { Mode } from '#policy/outcome.ts';
import { selects } from './match/selector.ts';
import type { Subject } from './match/subject.ts';
import { isLike } from './values/wildcard.ts';

/**
 * How seriously a rule is meant for a subject: what the rule says for the namespace, what the rule says, what the policy says for the
 * namespace, what the policy says; and audit, if nobody says anything.
 * @param actions what the rule says itself
 */
export async function modeOf(
  spec: JsonObject,
  actions: readonly (string | undefined)[],
  ruleOverrides: unknown,
  subject: Subject,
): Promise<Mode> {
  const said = actions.filter((action) => action !== undefined);
  const strictest = said.find(isEnforced) ?? said[0];
  const action =
    (await overriding(ruleOverrides, subject)) ??
    strictest ??
    (await overriding(spec['validationFailureActionOverrides'], subject)) ??
    asText(spec['validationFailureAction']) ??
    'Audit';
  if (isEnforced(action)) return 'enforce';
  return spec['emitWarning'] === true ? 'warn' : 'audit';
}

async function overriding(overrides: unknown, subject: Subject): Promise<string | undefined> {
  for (const one of asList(overrides)) {
    const fields = asObject(one) ?? {};
    const action = asText(fields['action']);
    if (action !== undefined && (await isFor(fields, action, subject))) return action;
  }
  return undefined;
}

/** Where the namespace cannot be asked, the stricter counts. */
async function isFor(override: JsonObject, action: string, subject: Subject): Promise<boolean> {
  const namespaces = asTexts(override['namespaces']);
  if (namespaces.length > 0 && !namespaces.some((pattern) => isLike(pattern, subject.namespace))) return false;
  const selector = asObject(override['namespaceSelector']);
  if (selector === undefined) return namespaces.length > 0;
  try {
    return selects(selector, await subject.namespaceLabels());
  } catch {
    return isEnforced(action);
  }
}

/** Whether what an action is about is denied. */
function isEnforced(action: string): boolean {
  return action.toLowerCase() === 'enforce';
}
