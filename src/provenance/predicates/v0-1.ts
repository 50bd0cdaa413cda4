import { asCount, asText, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Build, PredicateVersion } from './build.ts';
import { buildTypeIn, materialsIn, objectsIn } from './fields.ts';

/** SLSA provenance 0.1, of which only Google Cloud Build is known to still write. */
export const v01: PredicateVersion = {
  version: '0.1',
  types: ['https://slsa.dev/provenance/v0.1'],
  fields: {
    builder: 'builder.id',
    external: 'recipe.arguments',
    internal: 'recipe.environment',
    config: 'recipe',
    materials: 'materials',
    metadata: 'metadata',
    invocation: 'metadata.buildInvocationId',
  },
  read,
};

function read(predicate: JsonObject): Build | ProvenanceRefusal {
  const parts = objectsIn(predicate, 'builder', 'recipe', 'metadata');
  if (isProvenanceRefusal(parts)) return parts;
  const { builder, recipe, metadata } = parts;
  const parameters = objectsIn(recipe, 'arguments', 'environment');
  if (isProvenanceRefusal(parameters)) return parameters;
  const materials = materialsIn(predicate, 'materials');
  if (isProvenanceRefusal(materials)) return materials;
  const buildType = buildTypeIn(recipe, 'type');
  if (typeof buildType !== 'string') return buildType;
  // Cloud Build leaves the number out, and means the first.
  const source = materials[asCount(recipe['definedInMaterial']) ?? 0];
  return {
    version: '0.1',
    buildType,
    builder: asText(builder['id']) ?? '',
    external: parameters.arguments,
    internal: parameters.environment,
    config: {
      uri: source?.uri ?? '',
      digests: source?.digests ?? {},
      entryPoint: asText(recipe['entryPoint']) ?? '',
    },
    materials,
    invocation: asText(metadata['buildInvocationId']),
    startedOn: asText(metadata['buildStartedOn']),
    finishedOn: asText(metadata['buildFinishedOn']),
    metadata,
  };
}
