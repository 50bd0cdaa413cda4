import { asCount, asText, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Build, PredicateVersion } from './build.ts';
import { buildTypeIn, materialsIn, objectIn } from './fields.ts';

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
  const builder = objectIn(predicate, 'builder');
  if (isProvenanceRefusal(builder)) return builder;
  const recipe = objectIn(predicate, 'recipe');
  if (isProvenanceRefusal(recipe)) return recipe;
  const metadata = objectIn(predicate, 'metadata');
  if (isProvenanceRefusal(metadata)) return metadata;
  const materials = materialsIn(predicate, 'materials');
  if (isProvenanceRefusal(materials)) return materials;
  const external = objectIn(recipe, 'arguments');
  if (isProvenanceRefusal(external)) return external;
  const internal = objectIn(recipe, 'environment');
  if (isProvenanceRefusal(internal)) return internal;
  const buildType = buildTypeIn(recipe, 'type');
  if (typeof buildType !== 'string') return buildType;
  // Cloud Build leaves the number out, and means the first.
  const source = materials[asCount(recipe['definedInMaterial']) ?? 0];
  return {
    version: '0.1',
    buildType,
    builder: asText(builder['id']) ?? '',
    external,
    internal,
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
