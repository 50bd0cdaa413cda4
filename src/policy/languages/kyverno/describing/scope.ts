import { asList, asObject, asText, asTextMap, asTexts, type JsonObject } from '#kit/narrow.ts';
import { describeLabels } from '#policy/description/labels.ts';
import { joined, limited, listed, type Said } from '#policy/description/said.ts';
import { labelSelector } from '#policy/languages/kyverno/schema/match.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';

/** Which objects and whose requests a rule is about, as the end of a sentence. */
export function describeScope(rule: JsonObject): Said {
  const about = describeBlock(asObject(rule['match']) ?? {});
  const excluded = filtersOf(asObject(rule['exclude']) ?? {}).filter(saysSomething);
  if (excluded.length === 0) return { en: `${about.en}.`, de: `${about.de}.` };
  const except = describeBlock(asObject(rule['exclude']) ?? {});
  return { en: `${about.en}, except ${except.en}.`, de: `${about.de}, ausgenommen ${except.de}.` };
}

/** What a block of `match`, `exclude` or an exception is about: any or all of its filters, or the one that it is. */
export function describeBlock(block: JsonObject): Said {
  const any = asList(block['any']).length > 0;
  const filters = filtersOf(block).filter((filter) => !any || saysSomething(filter));
  // A filter that says nothing fits nothing.
  if (filters.length === 0 || !filters.every(saysSomething)) return { en: 'nothing', de: 'nichts' };
  const between: Said = any ? { en: '; or ', de: '; oder ' } : { en: '; and at once ', de: '; und zugleich ' };
  return joined(filters.map(describeFilter), between);
}

function filtersOf(block: JsonObject): readonly JsonObject[] {
  const [any, all] = [asList(block['any']), asList(block['all'])];
  const filters = any.length > 0 ? any : all.length > 0 ? all : [block];
  return filters.map((filter) => asObject(filter) ?? {});
}

function saysSomething(filter: JsonObject): boolean {
  const isAboutObjects = Object.keys(asObject(filter['resources']) ?? {}).length > 0;
  return isAboutObjects || ['subjects', 'roles', 'clusterRoles'].some((name) => asList(filter[name]).length > 0);
}

function describeFilter(filter: JsonObject): Said {
  const resources = asObject(filter['resources']) ?? {};
  const kinds = asTexts(resources['kinds']);
  const names = listed(kinds);
  const what: Said =
    kinds.length === 0 || kinds.some((kind) => /^\*(?:\/\*)?$/.test(kind))
      ? { en: 'objects of any kind', de: 'Objekte jeder Art' }
      : { en: `objects of kind ${names.en}`, de: `Objekte der Art ${names.de}` };
  return limited(what, [...conditionsOf(resources), ...usersOf(filter)]);
}

function conditionsOf(resources: JsonObject): readonly Said[] {
  const annotations = Object.entries(asTextMap(resources['annotations'])).map(([key, value]) => `${key}=${value}`);
  const single = asText(resources['name']) ?? '';
  return [
    ...list('name', 'Name', single === '' ? [] : [single]),
    ...list('name', 'Name', asTexts(resources['names'])),
    ...list('namespace', 'Namespace', asTexts(resources['namespaces'])),
    ...labels('labels', 'Labels', resources['selector']),
    ...labels('labels of the namespace', 'Labels des Namespace', resources['namespaceSelector']),
    ...list('annotations', 'Annotationen', annotations),
    ...list('on', 'bei', asTexts(resources['operations'])),
  ];
}

function usersOf(filter: JsonObject): readonly Said[] {
  const subjects = asList(filter['subjects']).map((one) => {
    const { kind, name, namespace } = asObject(one) ?? {};
    return [asText(kind), [asText(namespace), asText(name)].filter((part) => part !== undefined).join('/')].join(' ');
  });
  return [
    ...list('asked for by', 'auf Anfrage von', subjects),
    ...list('with the Role', 'mit der Role', asTexts(filter['roles'])),
    ...list('with the ClusterRole', 'mit der ClusterRole', asTexts(filter['clusterRoles'])),
  ];
}

function list(en: string, de: string, names: readonly string[]): readonly Said[] {
  const all = listed(names);
  return names.length === 0 ? [] : [{ en: `${en}: ${all.en}`, de: `${de}: ${all.de}` }];
}

function labels(en: string, de: string, written: unknown): readonly Said[] {
  const selector = asObject(written);
  if (selector === undefined) return [];
  const all = describeLabels(readStrictly(labelSelector, selector));
  return all.en === '' ? [] : [{ en: `${en}: ${all.en}`, de: `${de}: ${all.de}` }];
}
