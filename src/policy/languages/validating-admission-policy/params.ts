import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { labelsOf, selects } from '#policy/workloads/label-selector.ts';
import { policyError } from '#policy/errors.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { WrittenParamKind, WrittenParamRef } from './schema.ts';

/** No binding is judged with more. */
const mostParams = 100;

/**
 * The objects that a binding names as parameters; the policy is judged with each. Without a reference it is judged with `null`.
 * None, where nothing was found and that is allowed.
 * @throws `resource-unavailable`, also where nothing was found and that is a denial
 */
export async function paramsOf(
  kind: WrittenParamKind,
  reference: WrittenParamRef | undefined,
  request: AdmissionRequest,
  surroundings: Pick<Surroundings, 'resources'>,
): Promise<readonly (JsonObject | null)[]> {
  if (reference === undefined) return [null];
  const found = await find(kind, reference, request, surroundings);
  if (found.length > mostParams) {
    throw policyError(
      'resource-unavailable',
      `${found.length} objects are parameters, and more than ${mostParams} are too many`,
    );
  }
  if (found.length > 0 || reference.parameterNotFoundAction === 'Allow') return found;
  throw policyError(
    'resource-unavailable',
    `there is no ${kind.kind} ${reference.name ?? 'of these labels'} for parameters`,
    {
      hint: 'make it, or give the file that has it',
    },
  );
}

async function find(
  { apiVersion, kind }: WrittenParamKind,
  { name, namespace, selector }: WrittenParamRef,
  request: AdmissionRequest,
  { resources }: Pick<Surroundings, 'resources'>,
): Promise<readonly JsonObject[]> {
  // Whether a kind is in namespaces is not known here: first where the request is, then outside of namespaces.
  const places =
    namespace === undefined ? [request.namespace, ''].filter((one, at, all) => all.indexOf(one) === at) : [namespace];
  for (const place of places) {
    const wanted = place === '' ? { apiVersion, kind } : { apiVersion, kind, namespace: place };
    if (name !== undefined) {
      const found = await resources.get({ ...wanted, name });
      if (found !== undefined) return [found];
    } else if (selector !== undefined) {
      const all = await resources.list(wanted);
      const found = all.filter((one) => isAt(one, place) && selects(selector, labelsOf(one)));
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** A list of all namespaces has more than what is in none. */
function isAt(object: JsonObject, namespace: string): boolean {
  return (asText(asObject(object['metadata'])?.['namespace']) ?? '') === namespace;
}
