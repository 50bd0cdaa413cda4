import { asObject, type JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';

/** An object as the API server has it: in the namespace of the request, also where a file does not say so. */
export function inNamespace(
  object: JsonObject | undefined,
  { namespace, kind }: AdmissionRequest,
): JsonObject | undefined {
  const metadata = asObject(object?.['metadata']) ?? {};
  const isSaid = typeof metadata['namespace'] === 'string' && metadata['namespace'] !== '';
  return object === undefined || namespace === '' || isSaid
    ? object
    : { ...object, metadata: { ...metadata, namespace } };
}
