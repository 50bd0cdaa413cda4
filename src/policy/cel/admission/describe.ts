import { describeLabels } from '#policy/description/labels.ts';
import { about, joined, limited, listed, ofFirst, quoted, type Said } from '#policy/description/said.ts';
import { isSelective, type LabelSelector } from '#policy/workloads/label-selector.ts';
import type { Mode } from '#policy/outcome.ts';
import type { FailurePolicy, WrittenConditions, WrittenMatch, WrittenRule, WrittenValidations } from './schema.ts';

/** Which requests a policy is about, as a part of a sentence. */
export function describeMatch({
  resourceRules = [],
  excludeResourceRules = [],
  namespaceSelector,
  objectSelector,
}: WrittenMatch): Said {
  const what = resourceRules.length === 0 ? everything : describeRules(resourceRules);
  const chosen = limited(what, [
    ...describeSelector('labels', 'Labels', objectSelector),
    ...describeSelector('labels of the namespace', 'Labels des Namespace', namespaceSelector),
  ]);
  if (excludeResourceRules.length === 0) return chosen;
  const except = describeRules(excludeResourceRules);
  return { en: `${chosen.en}, except ${except.en}`, de: `${chosen.de}, ausgenommen ${except.de}` };
}

const everything: Said = { en: 'all objects', de: 'alle Objekte' };

function describeSelector(en: string, de: string, selector: LabelSelector | undefined): readonly Said[] {
  if (!isSelective(selector)) return [];
  const labels = describeLabels(selector);
  return [{ en: `${en}: ${labels.en}`, de: `${de}: ${labels.de}` }];
}

function describeRules(rules: readonly WrittenRule[]): Said {
  return joined(rules.map(describeRule), { en: '; or ', de: '; oder ' });
}

function describeRule({
  apiGroups,
  apiVersions,
  operations,
  resources,
  resourceNames = [],
  scope = '*',
}: WrittenRule): Said {
  const what = resources.some((one) => one === '*' || one === '*/*') ? everything : listed(resources);
  const apis = apiGroups.flatMap((group) =>
    apiVersions.map((version) => (group === '' ? version : `${group}/${version}`)),
  );
  const isAnyApi = apis.includes('*/*') || apis.join() === 'v1';
  const [api, asked, names] = [listed(apis), listed(operations), listed(resourceNames)];
  return limited(what, [
    ...(isAnyApi ? [] : [{ en: `API ${api.en}`, de: `API ${api.de}` }]),
    ...(resourceNames.length === 0 ? [] : [{ en: `name: ${names.en}`, de: `Name: ${names.de}` }]),
    ...(scope === '*' ? [] : [scopes[scope]]),
    ...(operations.includes('*') ? [] : [{ en: `on: ${asked.en}`, de: `bei: ${asked.de}` }]),
  ]);
}

const scopes: Readonly<Record<'Cluster' | 'Namespaced', Said>> = {
  Cluster: { en: 'outside of namespaces', de: 'außerhalb von Namespaces' },
  Namespaced: { en: 'in namespaces', de: 'in Namespaces' },
};

/** What must hold for a policy to be asked at all. */
export function describeConditions(conditions: WrittenConditions = []): readonly Said[] {
  if (conditions.length === 0) return [];
  const names = listed(conditions.map(({ name }) => name));
  return [
    {
      en: `It is asked only where these conditions hold, which are expressions: ${names.en}.`,
      de: `Sie wird nur gefragt, wo diese Bedingungen gelten, die Ausdrücke sind: ${names.de}.`,
    },
  ];
}

/** What must hold, in the words of whoever wrote it: nobody else can say in a sentence what an expression says. */
export function describeValidations(validations: WrittenValidations = []): readonly Said[] {
  return ofFirst(
    [...validations.entries()],
    ([index, { message = '', messageExpression = '' }]) => {
      const by = messageExpression === '' ? decides : decidesAndSays;
      const demand =
        message.trim() === ''
          ? { en: `without a message; ${by.en}`, de: `ohne Meldung; ${by.de}` }
          : limited(quoted(message), [by]);
      return [about({ en: `Rule validations[${index}]`, de: `Regel validations[${index}]` }, demand)];
    },
    (count) => ({ en: `And ${count} more rules.`, de: `Und ${count} weitere Regeln.` }),
  );
}

const decides: Said = { en: 'an expression decides', de: 'ein Ausdruck entscheidet' };
const decidesAndSays: Said = {
  en: 'an expression decides, and another says why',
  de: 'ein Ausdruck entscheidet, ein anderer nennt den Grund',
};

/** What becomes of what cannot be found out, if it is not refused where anything is. */
export function describeFailure(policy: FailurePolicy | undefined, modes: readonly Mode[]): readonly Said[] {
  if (policy !== 'Ignore' || !modes.includes('enforce')) return [];
  return [{ en: 'What cannot be found out is only warned of.', de: 'Was nicht zu erfahren ist, wird nur gemeldet.' }];
}

/** The whole sentence of what a policy is about. */
export function describeSubject(match: WrittenMatch): Said {
  const what = describeMatch(match);
  return { en: `It is about ${what.en}.`, de: `Sie betrifft ${what.de}.` };
}

/** The names of what is only noted. */
export function describeNotes(names: readonly string[]): Said {
  const all = listed(names);
  return {
    en: `It demands nothing, and only notes ${all.en}.`,
    de: `Sie verlangt nichts und hält nur fest: ${all.de}.`,
  };
}
