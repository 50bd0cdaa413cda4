import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { collectFrom, nearest, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { ManifestFormat, ManifestObject, ReadingOptions } from '#policy/manifests/format.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { isKustomization } from './kustomization.ts';
import { imagesOfObject, type ObjectImage } from '#policy/workloads/images-of-object.ts';
import { containerLists, imagesOfPod } from '#policy/workloads/images-of-pod.ts';
import { podSpecsByShape } from '#policy/workloads/pod-specs-by-shape.ts';
import { podSpecsOf, workloadKinds, type PodSpec } from '#policy/workloads/pod-specs.ts';
import { stepsOf } from '#policy/workloads/pointer.ts';

/**
 * Objects of Kubernetes in YAML or JSON, several in a file or in a list, as `kubectl apply -f` takes them: also what Helm and kustomize
 * have rendered.
 */
export const kubernetes: ManifestFormat = {
  name: 'kubernetes',
  fits: (source) => source.documents().some(({ value }) => isObject(value) && !isKustomization(value)),
  read,
};

function read(source: ManifestSource, options: ReadingOptions): ReturnType<ManifestFormat['read']> {
  const collector = collectFrom(source);
  const objects = source.documents().flatMap((document) => {
    const object = asObject(document.value);
    if (isKustomization(object)) return [];
    if (object !== undefined && isObject(object)) return objectsIn(document, object, [], source, options, collector);
    // kubectl refuses a file with such a document; what it says is not for us to guess.
    collector.gap(document, [], '', 'unreadable', 'a document of the file is no object of Kubernetes');
    return [];
  });
  return { ...collector.reading(), objects };
}

/** Lists may stand in lists; nobody writes more of them. */
const deepestList = 5;

function objectsIn(
  document: YamlDocument,
  object: JsonObject,
  steps: readonly (string | number)[],
  source: ManifestSource,
  options: ReadingOptions,
  collector: YamlCollector,
): ManifestObject[] {
  const kind = asText(object['kind']) ?? '';
  if (kind.endsWith('List') && Array.isArray(object['items'])) {
    if (steps.length >= deepestList * 2) {
      collector.gap(document, steps, kind, 'unreadable', 'lists stand in lists, too deep');
      return [];
    }
    return asList(object['items']).flatMap((item, index) => {
      const inner = typedItem(asObject(item), kind, object);
      const at = [...steps, 'items', index];
      if (inner !== undefined) return objectsIn(document, inner, at, source, options, collector);
      collector.gap(document, at, kind, 'unreadable', 'what stands in the list is no object of Kubernetes');
      return [];
    });
  }
  const place = placeOf(kind, object);
  const images = imagesIn(object, kind, options);
  for (const image of images) {
    const at = [...steps, ...(stepsOf(image.pointer) ?? [])];
    collector.note(document, at, `${place} ${roles[image.list]} ${image.name}`.trimEnd());
  }
  for (const { spec, pointer } of podsIn(object, kind)) {
    for (const list of containerLists) {
      for (const [index, item] of asList(spec[list]).entries()) {
        const container = asObject(item) ?? {};
        const at = [...steps, ...(stepsOf(pointer) ?? []), list, index, 'env'];
        noteVariables(
          collector,
          document,
          container['env'],
          at,
          `${place} ${roles[list]} ${asText(container['name']) ?? ''}`,
        );
      }
    }
  }
  const positionOf = (pointer: string) => source.positionAt(nearest(document, [...steps, ...(stepsOf(pointer) ?? [])]));
  return [{ object, place, images, positionOf }];
}

/** The items of a typed list need not repeat their kind (`PodList`). */
function typedItem(item: JsonObject | undefined, kind: string, list: JsonObject): JsonObject | undefined {
  if (item === undefined || isObject(item)) return item;
  const own = kind.slice(0, -'List'.length);
  return own === '' || item['kind'] !== undefined ? undefined : { apiVersion: list['apiVersion'], kind: own, ...item };
}

/** What no kind of ours says is looked for by its shape, because such objects make pods as well. */
function imagesIn(object: JsonObject, kind: string, { imagePaths }: ReadingOptions): readonly ObjectImage[] {
  const named = imagesOfObject(object, imagePaths);
  if (workloadKinds.includes(kind) && named.length > 0) return named;
  const known = new Set(named.map(({ pointer }) => pointer));
  const shaped = podsIn(object, kind).flatMap(imagesOfPod);
  return [...named, ...shaped.filter(({ pointer }) => !known.has(pointer))];
}

function podsIn(object: JsonObject, kind: string): readonly PodSpec[] {
  const known = podSpecsOf(object);
  return workloadKinds.includes(kind) && known.length > 0 ? known : podSpecsByShape(object);
}

const roles: Readonly<Record<ObjectImage['list'], string>> = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
  volumes: 'image volume',
  custom: 'image',
};

function placeOf(kind: string, object: JsonObject): string {
  const metadata = asObject(object['metadata']);
  const name = asText(metadata?.['name']) ?? asText(metadata?.['generateName']);
  return name === undefined ? kind : `${kind}/${name}`;
}

/** Whether a value is an object of Kubernetes, by what each must have. */
export function isObject(value: unknown): boolean {
  const object = asObject(value);
  return asText(object?.['kind']) !== undefined && asText(object?.['apiVersion']) !== undefined;
}
