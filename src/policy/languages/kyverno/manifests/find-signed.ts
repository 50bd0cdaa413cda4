import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { kindOf } from './defaults/kinds.ts';

/**
 * The manifests that are of an object: of its group, kind and name, and of its namespace if they name one. One whose name is to be
 * generated is of each object whose name was.
 */
export function findSigned(manifests: readonly JsonObject[], object: JsonObject): readonly JsonObject[] {
  const wanted = metadataOf(object);
  return manifests.filter((manifest) => {
    const { name, generateName, namespace } = metadataOf(manifest);
    const isNamed =
      name === undefined ? isText(generateName) && generateName === wanted.generateName : name === wanted.name;
    return (
      kindOf(manifest) === kindOf(object) && isNamed && (namespace === undefined || namespace === wanted.namespace)
    );
  });
}

function metadataOf(object: JsonObject) {
  const { name, generateName, namespace } = asObject(object['metadata']) ?? {};
  return { name: asText(name), generateName: asText(generateName), namespace: asText(namespace) };
}

function isText(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
