import { asObject, type JsonObject } from '#kit/narrow.ts';
import { isSelective } from '#policy/workloads/label-selector.ts';
import type { Matched } from '#policy/cel/admission/match.ts';
import type { WrittenMatch } from '#policy/cel/admission/schema.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { AdmissionRequest } from '#policy/question.ts';

/** Where the kinds that make pods have them, by the resource. */
const templates = new Map<string, Template>([
  ['daemonsets', { group: 'apps', steps: ['spec', 'template'] }],
  ['deployments', { group: 'apps', steps: ['spec', 'template'] }],
  ['replicasets', { group: 'apps', steps: ['spec', 'template'] }],
  ['statefulsets', { group: 'apps', steps: ['spec', 'template'] }],
  ['jobs', { group: 'batch', steps: ['spec', 'template'] }],
  ['cronjobs', { group: 'batch', steps: ['spec', 'jobTemplate', 'spec', 'template'] }],
  ['replicationcontrollers', { group: '', steps: ['spec', 'template'] }],
]);

interface Template {
  readonly group: string;
  readonly steps: readonly string[];
}

const pods: Omit<Matched, 'operation'> = { resource: { group: '', version: 'v1', resource: 'pods' }, subResource: '' };

/**
 * Which kinds that make pods a policy about pods is about as well. Kyverno rewrites the expressions of such a policy; here they are
 * asked about the pod that the object would make.
 * @param controllers as the policy names them; all by default
 * @throws `policy-invalid` for one that there is not
 */
export function readControllers(match: WrittenMatch, controllers: readonly string[] | undefined): ReadonlySet<string> {
  for (const one of controllers ?? []) {
    if (!templates.has(one)) {
      throw invalidField(
        'spec.autogen.podControllers.controllers',
        `"${one}" is none of ${[...templates.keys()].join(', ')}`,
      );
    }
  }
  return new Set(isAboutPodsAlone(match) ? (controllers ?? templates.keys()) : []);
}

function isAboutPodsAlone({ resourceRules = [], excludeResourceRules = [], objectSelector }: WrittenMatch): boolean {
  const [rule, ...more] = resourceRules;
  if (rule === undefined || more.length > 0 || excludeResourceRules.length > 0 || isSelective(objectSelector))
    return false;
  const { apiGroups, apiVersions, resources, resourceNames = [] } = rule;
  return (
    resourceNames.length === 0 &&
    apiGroups.join() === '' &&
    apiVersions.join() === 'v1' &&
    resources.every((one) => ['pods', 'pods/ephemeralcontainers'].includes(one)) &&
    resources.includes('pods')
  );
}

/** A request as a policy sees it: it is about a pod, or about the pod that its object would make. */
export interface Seen {
  readonly as: Matched;
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  /** The object of the request, with another pod. */
  replace(pod: JsonObject): JsonObject;
}

/** How a policy sees a request. Containers that are added to a running pod are containers of a pod. */
export function seenBy(controllers: ReadonlySet<string>, request: AdmissionRequest): Seen {
  const { operation, resource, subResource, object, oldObject } = request;
  const isEphemeral = resource.group === '' && resource.resource === 'pods' && subResource === 'ephemeralcontainers';
  const template =
    subResource === '' && controllers.has(resource.resource) ? templates.get(resource.resource) : undefined;
  if (template === undefined || template.group !== resource.group) {
    const as = isEphemeral ? { ...pods, operation } : request;
    return { as, object, oldObject, replace: (pod) => pod };
  }
  return {
    as: { ...pods, operation },
    object: object === undefined ? undefined : podIn(object, template),
    oldObject: oldObject === undefined ? undefined : podIn(oldObject, template),
    replace: (pod) => withTemplate(object ?? {}, template.steps, pod),
  };
}

/** The pod that an object would make, in the namespace of the object. */
function podIn(object: JsonObject, { steps }: Template): JsonObject {
  const template = steps.reduce<JsonObject>((inner, step) => asObject(inner[step]) ?? {}, object);
  const namespace = asObject(object['metadata'])?.['namespace'];
  const metadata = { ...asObject(template['metadata']), ...(namespace === undefined ? {} : { namespace }) };
  return { ...template, apiVersion: 'v1', kind: 'Pod', metadata };
}

function withTemplate(object: JsonObject, [step, ...rest]: readonly string[], pod: JsonObject): JsonObject {
  if (step !== undefined) return { ...object, [step]: withTemplate(asObject(object[step]) ?? {}, rest, pod) };
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...template } = pod;
  const { namespace: _namespace, ...kept } = asObject(metadata) ?? {};
  return Object.keys(kept).length === 0 && object['metadata'] === undefined
    ? template
    : { ...template, metadata: kept };
}
