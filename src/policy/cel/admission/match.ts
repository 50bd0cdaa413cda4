import { asObject, asText } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import { isSelective, labelsOf, selects } from '#policy/workloads/label-selector.ts';
import type { WrittenMatch, WrittenRule } from './schema.ts';
import { namespaceOf, type World } from './namespace.ts';

/** What of a request is compared with rules; for a generated pod it is that of pods. */
export type Matched = Pick<AdmissionRequest, 'operation' | 'resource' | 'subResource'>;

/**
 * Whether a policy is about a request (`matchConstraints`): its rules, its exclusions, and the labels of the object and of the
 * namespace. Without rules it is about everything.
 * @throws where the namespace cannot be asked: its labels are then not known
 */
export async function isMatched(
  { resourceRules, excludeResourceRules = [], namespaceSelector, objectSelector }: WrittenMatch,
  request: AdmissionRequest,
  as: Matched,
  world: World,
): Promise<boolean> {
  const fits = (rule: WrittenRule) => fitsRule(rule, request, as);
  if (resourceRules !== undefined && resourceRules.length > 0 && !resourceRules.some(fits)) return false;
  if (excludeResourceRules.some(fits)) return false;
  if (isSelective(objectSelector) && !selectsEither(objectSelector, request)) return false;
  if (!isSelective(namespaceSelector)) return true;
  // What is in no namespace is in none that could be left out.
  const namespace = await namespaceOf(request, world);
  return namespace === undefined || selects(namespaceSelector, labelsOf(namespace));
}

function selectsEither(selector: NonNullable<WrittenMatch['objectSelector']>, request: AdmissionRequest): boolean {
  const { object, oldObject } = request;
  return [object, oldObject].some((one) => one !== undefined && selects(selector, labelsOf(one)));
}

function fitsRule(
  rule: WrittenRule,
  request: AdmissionRequest,
  { operation, resource, subResource }: Matched,
): boolean {
  const { apiGroups, apiVersions, operations, resources, resourceNames = [], scope = '*' } = rule;
  const isInScope = scope === '*' || (scope === 'Namespaced') === isNamespaced(request);
  return (
    isIn(apiGroups, resource.group) &&
    isIn(apiVersions, resource.version) &&
    isIn(operations, operation) &&
    resources.some((one) => fitsResource(one, resource.resource, subResource)) &&
    (resourceNames.length === 0 || isNamed(resourceNames, request)) &&
    isInScope
  );
}

function isIn(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** A star stands for all resources without subresources; after the slash for all subresources, and for none. */
function fitsResource(written: string, resource: string, subResource: string): boolean {
  const [name = '', sub = ''] = written.split('/');
  return (name === '*' || name === resource) && (sub === subResource || sub === '*');
}

/** A name that is yet to be generated is one of those that begin like it. */
function isNamed(names: readonly string[], { name, object }: AdmissionRequest): boolean {
  if (name !== '') return names.includes(name);
  const start = asText(asObject(object?.['metadata'])?.['generateName']);
  return start !== undefined && names.some((one) => start.startsWith(one));
}

/** Namespaces themselves have their own name as their namespace, and are in none. */
function isNamespaced({ namespace, kind }: AdmissionRequest): boolean {
  return namespace !== '' && !(kind.group === '' && kind.kind === 'Namespace');
}
