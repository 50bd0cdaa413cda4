import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Material } from './build.ts';

/** More inputs than any build has. */
const mostMaterials = 20_000;

/**
 * The object in a field. Absent, null and empty mean the same (SLSA 1, "Parsing rules"); anything else that is no object is a
 * refusal, because what cannot be read could hide something.
 */
function objectIn(owner: JsonObject, field: string): JsonObject | ProvenanceRefusal {
  const value = owner[field] ?? {};
  return asObject(value) ?? refuseProvenance('provenance-invalid', `${field} is not an object`);
}

/** Several of them; or what is wrong with the first that is none. */
export function objectsIn<const Field extends string>(
  owner: JsonObject,
  ...names: readonly Field[]
): Readonly<Record<Field, JsonObject>> | ProvenanceRefusal {
  const found = names.map((name) => [name, objectIn(owner, name)] as const);
  const problem = found.map(([, value]) => value).find(isProvenanceRefusal);
  // It has all names, each with its object.
  return problem ?? (Object.fromEntries(found) as Readonly<Record<Field, JsonObject>>);
}

/** The materials in a field, `uri` and `digest` each (in-toto, "ResourceDescriptor"). */
export function materialsIn(owner: JsonObject, field: string): readonly Material[] | ProvenanceRefusal {
  const list = owner[field] ?? [];
  if (!Array.isArray(list)) return refuseProvenance('provenance-invalid', `${field} is not a list`);
  if (list.length > mostMaterials) {
    return refuseProvenance('provenance-too-large', `${field} has ${list.length} entries`);
  }
  const materials: Material[] = [];
  for (const one of list) {
    const material = asObject(one);
    if (material === undefined)
      return refuseProvenance('provenance-invalid', `${field} has an entry that is no object`);
    materials.push({
      name: asText(material['name']),
      uri: asText(material['uri']) ?? '',
      digests: asTextMap(material['digest']),
    });
  }
  return materials;
}

/** The type of the build, which decides how all else is read. */
export function buildTypeIn(owner: JsonObject, field: string): string | ProvenanceRefusal {
  return asText(owner[field]) || refuseProvenance('provenance-invalid', `${field} does not say how it was built`);
}
