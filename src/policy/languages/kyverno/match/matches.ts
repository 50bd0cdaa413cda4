import { asList, asObject, asText, asTextMap, asTexts, type JsonObject } from '#kit/narrow.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { isOfKinds } from './kinds.ts';
import { selects } from './selector.ts';
import type { Subject } from './subject.ts';

/**
 * Whether a rule is about a subject, by its `match` and `exclude`.
 * @throws `resource-unavailable` where what decides cannot be asked: it is then not known, and not skipped
 */
export async function isAbout(rule: JsonObject, subject: Subject): Promise<boolean> {
  // Where nobody says who asks, a rule about some users is about all; an exclusion of some is then of nobody.
  const users = subject.request.user.username === '' ? [] : userFields;
  if (!(await fits(asObject(rule['match']) ?? {}, subject, users))) return false;
  const exclude = asObject(rule['exclude']);
  return exclude === undefined || !(await fits(exclude, subject));
}

const userFields: readonly string[] = ['roles', 'clusterRoles', 'subjects'];

/** Whether any or all of the filters of a block fit; a block without lists is one filter. */
export async function fits(block: JsonObject, subject: Subject, users = userFields): Promise<boolean> {
  const [any, all] = [asList(block['any']), asList(block['all'])];
  if (any.length > 0) {
    for (const filter of any) if (await fitsFilter(asObject(filter) ?? {}, subject, users)) return true;
    return false;
  }
  const filters = all.length > 0 ? all : [block];
  for (const filter of filters) if (!(await fitsFilter(asObject(filter) ?? {}, subject, users))) return false;
  return true;
}

/** Everything that is said must hold; a filter that says nothing fits nothing. */
async function fitsFilter(filter: JsonObject, subject: Subject, userNames: readonly string[]): Promise<boolean> {
  const resources = asObject(filter['resources']) ?? {};
  const said = userFields.filter((name) => asList(filter[name]).length > 0);
  if (Object.keys(resources).length === 0 && said.length === 0) return false;
  const users = said.filter((name) => userNames.includes(name));
  return (
    fitsObject(resources, subject) && (await fitsNamespace(resources, subject)) && fitsUser(filter, users, subject)
  );
}

function fitsObject(resources: JsonObject, subject: Subject): boolean {
  const { request, name, namespace, labels, annotations } = subject;
  const [operations, kinds] = [asTexts(resources['operations']), asTexts(resources['kinds'])];
  const names = [...asTexts(resources['names'])];
  const namespaces = asTexts(resources['namespaces']);
  const selector = asObject(resources['selector']);
  const single = asText(resources['name']) ?? '';
  return (
    (operations.length === 0 || operations.includes(request.operation)) &&
    (kinds.length === 0 || isOfKinds(kinds, request.kind, request.subResource)) &&
    (single === '' || isLike(single, name)) &&
    (names.length === 0 || names.some((one) => isLike(one, name))) &&
    (namespaces.length === 0 || namespaces.some((one) => isLike(one, namespace))) &&
    Object.entries(asTextMap(resources['annotations'])).every(([key, value]) =>
      Object.entries(annotations).some(([other, text]) => isLike(key, other) && isLike(value, text)),
    ) &&
    (selector === undefined || selects(selector, labels))
  );
}

async function fitsNamespace(resources: JsonObject, subject: Subject): Promise<boolean> {
  const selector = asObject(resources['namespaceSelector']);
  if (selector === undefined) return true;
  return subject.request.kind.kind !== 'Namespace' && selects(selector, await subject.namespaceLabels());
}

async function fitsUser(filter: JsonObject, named: readonly string[], subject: Subject): Promise<boolean> {
  const { username, groups } = subject.request.user;
  const isSubject = asList(filter['subjects']).some((one) => {
    const { kind, name, namespace } = asObject(one) ?? {};
    const pattern = asText(name) ?? '';
    if (kind === 'Group') return groups.some((group) => isLike(pattern, group));
    if (kind === 'User') return isLike(pattern, username);
    return kind === 'ServiceAccount' && isLike(`system:serviceaccount:${asText(namespace) ?? ''}:${pattern}`, username);
  });
  if (named.includes('subjects') && !isSubject) return false;
  if (!named.includes('roles') && !named.includes('clusterRoles')) return true;
  const { roles, clusterRoles } = await subject.roles();
  const hasOne = (field: string, known: readonly string[]) =>
    !named.includes(field) || asTexts(filter[field]).some((role) => known.includes(role));
  return hasOne('roles', roles) && hasOne('clusterRoles', clusterRoles);
}
