import { asObject, type JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';

/** An object as the API server has it: in the namespace of the request, also where a file does not say so. */
export function inNamespace(
  object: JsonObject | undefined,
  { namespace, kind }: AdmissionRequest,
): JsonObject | undefined {
  const metadata = asObject(object?.['metadata']) ?? {};
  const isSaid = typeof metadata['namespace'] === 'string' && metadata['namespace'] !== '';
  // A request about a namespace has its name as its namespace, and the object has none.
  const isNamespace = kind.group === '' && kind.kind === 'Namespace';
  if (object === undefined || namespace === '' || isNamespace || isSaid) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}
