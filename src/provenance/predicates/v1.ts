import { asText, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Build, PredicateVersion } from './build.ts';
import { buildTypeIn, materialsIn, objectIn } from './fields.ts';

/** SLSA provenance 1, of any minor version: they only add fields. */
export const v1: PredicateVersion = {
  version: '1',
  // The second is what early writers of version 1 put.
  types: ['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v1.0'],
  fields: {
    builder: 'runDetails.builder.id',
    external: 'buildDefinition.externalParameters',
    internal: 'buildDefinition.internalParameters',
    config: 'buildDefinition.externalParameters',
    materials: 'buildDefinition.resolvedDependencies',
    metadata: 'runDetails.metadata',
    invocation: 'runDetails.metadata.invocationId',
  },
  read,
};

function read(predicate: JsonObject): Build | ProvenanceRefusal {
  const definition = objectIn(predicate, 'buildDefinition');
  if (isProvenanceRefusal(definition)) return definition;
  const run = objectIn(predicate, 'runDetails');
  if (isProvenanceRefusal(run)) return run;
  const builder = objectIn(run, 'builder');
  if (isProvenanceRefusal(builder)) return builder;
  const metadata = objectIn(run, 'metadata');
  if (isProvenanceRefusal(metadata)) return metadata;
  const external = objectIn(definition, 'externalParameters');
  if (isProvenanceRefusal(external)) return external;
  const internal = objectIn(definition, 'internalParameters');
  if (isProvenanceRefusal(internal)) return internal;
  const materials = materialsIn(definition, 'resolvedDependencies');
  if (isProvenanceRefusal(materials)) return materials;
  const buildType = buildTypeIn(definition, 'buildType');
  if (typeof buildType !== 'string') return buildType;
  return {
    version: '1',
    buildType,
    builder: asText(builder['id']) ?? '',
    external,
    internal,
    materials,
    // BuildKit has written it both ways.
    invocation: asText(metadata['invocationId']) ?? asText(metadata['invocationID']),
    startedOn: asText(metadata['startedOn']),
    finishedOn: asText(metadata['finishedOn']),
    metadata,
  };
}
