import { asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { isProvenanceRefusal, type ProvenanceRefusal } from '#provenance/refusal.ts';
import type { Build, PredicateVersion } from './build.ts';
import { buildTypeIn, materialsIn, objectsIn } from './fields.ts';

/** SLSA provenance 0.2, in the words of version 1 as its specification translates it ("Migrating from 0.2"). */
export const v02: PredicateVersion = {
  version: '0.2',
  types: ['https://slsa.dev/provenance/v0.2'],
  fields: {
    builder: 'builder.id',
    external: 'invocation.parameters',
    internal: 'invocation.environment',
    config: 'invocation.configSource',
    materials: 'materials',
    metadata: 'metadata',
    invocation: 'metadata.buildInvocationId',
  },
  read,
};

function read(predicate: JsonObject): Build | ProvenanceRefusal {
  const parts = objectsIn(predicate, 'builder', 'invocation', 'metadata');
  if (isProvenanceRefusal(parts)) return parts;
  const { builder, invocation, metadata } = parts;
  const invoked = objectsIn(invocation, 'parameters', 'environment', 'configSource');
  if (isProvenanceRefusal(invoked)) return invoked;
  const { parameters: external, environment: internal, configSource: config } = invoked;
  const materials = materialsIn(predicate, 'materials');
  if (isProvenanceRefusal(materials)) return materials;
  const buildType = buildTypeIn(predicate, 'buildType');
  if (typeof buildType !== 'string') return buildType;
  return {
    version: '0.2',
    buildType,
    builder: asText(builder['id']) ?? '',
    external,
    internal,
    config: {
      uri: asText(config['uri']) ?? '',
      digests: asTextMap(config['digest']),
      entryPoint: asText(config['entryPoint']) ?? '',
    },
    materials,
    // The specification writes Id, slsa-github-generator and BuildKit write ID.
    invocation: asText(metadata['buildInvocationId']) ?? asText(metadata['buildInvocationID']),
    startedOn: asText(metadata['buildStartedOn']),
    finishedOn: asText(metadata['buildFinishedOn']),
    metadata,
  };
}
