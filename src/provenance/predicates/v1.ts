import { asText, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Build, PredicateVersion } from './build.ts';
import { buildTypeIn, materialsIn, objectsIn } from './fields.ts';

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
  const parts = objectsIn(predicate, 'buildDefinition', 'runDetails');
  if (isProvenanceRefusal(parts)) return parts;
  const { buildDefinition: definition, runDetails } = parts;
  const run = objectsIn(runDetails, 'builder', 'metadata');
  if (isProvenanceRefusal(run)) return run;
  const { builder, metadata } = run;
  const parameters = objectsIn(definition, 'externalParameters', 'internalParameters');
  if (isProvenanceRefusal(parameters)) return parameters;
  const materials = materialsIn(definition, 'resolvedDependencies');
  if (isProvenanceRefusal(materials)) return materials;
  const buildType = buildTypeIn(definition, 'buildType');
  if (typeof buildType !== 'string') return buildType;
  return {
    version: '1',
    buildType,
    builder: asText(builder['id']) ?? '',
    external: parameters.externalParameters,
    internal: parameters.internalParameters,
    materials,
    // BuildKit has written it both ways.
    invocation: asText(metadata['invocationId']) ?? asText(metadata['invocationID']),
    startedOn: asText(metadata['startedOn']),
    finishedOn: asText(metadata['finishedOn']),
    metadata,
  };
}
