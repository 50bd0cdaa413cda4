import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { collectFrom, type Steps, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/**
 * Task definitions of Amazon ECS: as the API takes and gives them, and as resources of CloudFormation, which writes the same names with
 * capitals.
 */
export const ecs: ManifestFormat = {
  name: 'ecs',
  fits: (source) => source.documents().some(({ value }) => definitionsIn(value).length > 0),
  read(source) {
    const collector = collectFrom(source);
    for (const document of source.documents()) {
      for (const definition of definitionsIn(document.value)) readDefinition(document, definition, collector);
    }
    return collector.reading();
  },
};

interface Definition {
  readonly value: JsonObject;
  readonly steps: Steps;
  readonly name: string;
}

const resourceType = 'AWS::ECS::TaskDefinition';

function definitionsIn(value: unknown): Definition[] {
  const root = asObject(value);
  if (root === undefined) return [];
  const plain = [
    { value: root, steps: [] },
    { value: asObject(root['taskDefinition']), steps: ['taskDefinition'] },
  ].flatMap(({ value: inner, steps }) =>
    inner !== undefined && Array.isArray(inner['containerDefinitions'])
      ? [{ value: inner, steps, name: asText(inner['family']) ?? '' }]
      : [],
  );
  const resources = Object.entries(asObject(root['Resources']) ?? {}).flatMap(([name, resource]) => {
    const { Type: type, Properties: properties } = asObject(resource) ?? {};
    const inner = asObject(properties);
    return type === resourceType && inner !== undefined
      ? [{ value: inner, steps: ['Resources', name, 'Properties'], name }]
      : [];
  });
  return [...plain, ...resources];
}

function readDefinition(document: YamlDocument, { value, steps, name }: Definition, collector: YamlCollector): void {
  const task = `task ${name}`.trimEnd();
  for (const [key, imageKey, nameKey] of [
    ['containerDefinitions', 'image', 'name'],
    ['ContainerDefinitions', 'Image', 'Name'],
  ] as const) {
    const list = value[key];
    if (list !== undefined && !Array.isArray(list)) {
      collector.gap(document, [...steps, key], task, 'template', 'the containers are put together when it is deployed');
    }
    for (const [index, item] of asList(list).entries()) {
      const container = asObject(item) ?? {};
      const place = `${task} container ${asText(container[nameKey]) ?? ''}`.trimEnd();
      const at = [...steps, key, index, imageKey];
      const environment = key === 'containerDefinitions' ? 'environment' : 'Environment';
      noteVariables(collector, document, container[environment], [...steps, key, index, environment], place);
      // A map is a function of CloudFormation.
      if (asObject(container[imageKey]) === undefined) collector.note(document, at, place);
      else collector.gap(document, at, place, 'template', 'the image is put together when it is deployed');
    }
  }
}
