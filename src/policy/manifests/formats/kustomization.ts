import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import { digestField, fieldAfter } from '#policy/manifests/digest-field.ts';
import { collectFrom, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/** Kustomizations: `images` says which images are replaced by which. What a kustomization brings in is in files of its own. */
export const kustomization: ManifestFormat = {
  name: 'kustomization',
  fits: (source) =>
    /^kustomization(?:\.ya?ml)?$/i.test(source.name) || source.documents().some(({ value }) => isKustomization(value)),
  read(source) {
    const collector = collectFrom(source);
    for (const document of source.documents()) readDocument(source, document, collector);
    return collector.reading();
  },
};

/** Whether a value is a kustomization and no object for a cluster. */
export function isKustomization(value: unknown): boolean {
  return asText(asObject(value)?.['apiVersion'])?.startsWith('kustomize.config.k8s.io/') === true;
}

function readDocument(source: ManifestSource, document: YamlDocument, collector: YamlCollector): void {
  const root = asObject(document.value) ?? {};
  for (const [index, entry] of asList(root['images']).entries()) {
    readImage(source, document, asObject(entry) ?? {}, index, collector);
  }
  for (const key of ['resources', 'bases', 'components', 'crds'] as const) {
    for (const [index, resource] of asTexts(root[key]).entries()) {
      if (!/:\/\/|[?&]ref=|^git@/.test(resource)) continue;
      collector.gap(document, [key, index], key, 'include', `${resource} is elsewhere, and not read`);
    }
  }
  for (const key of ['patches', 'patchesStrategicMerge', 'patchesJson6902']) {
    for (const [index, patch] of asList(root[key]).entries()) {
      const text = asText(patch) ?? asText(asObject(patch)?.['patch']) ?? '';
      if (!/\bimage\b/.test(text)) continue;
      collector.gap(document, [key, index], key, 'elsewhere', 'a patch names images; read what is rendered');
    }
  }
}

/** A tag and a digest together are both written into the reference; without either, the resources say which. */
function readImage(
  source: ManifestSource,
  document: YamlDocument,
  image: JsonObject,
  index: number,
  collector: YamlCollector,
): void {
  const [name, newName] = [asText(image['name']) ?? '', asText(image['newName'])];
  const [newTag, digest] = [image['newTag'], asText(image['digest'])];
  const place = `image ${name}`;
  const at = ['images', index];
  if (newTag !== undefined && newTag !== null && typeof newTag !== 'string') {
    return collector.gap(document, [...at, 'newTag'], place, 'unreadable', 'the tag is no text: put it in quotes');
  }
  const hasTag = typeof newTag === 'string' && newTag !== '';
  if (!hasTag && (digest ?? '') === '') {
    return collector.gap(document, at, place, 'elsewhere', 'the tag is said by what the kustomization brings in');
  }
  const text = `${newName ?? name}${hasTag ? `:${newTag}` : ''}${(digest ?? '') === '' ? '' : `@${digest}`}`;
  const field = digestField(source, document.locate([...at, 'digest']));
  collector.note(document, [...at, hasTag ? 'newTag' : 'digest'], place, {
    text,
    slot: (located) => field ?? fieldAfter(source, located, 'digest'),
  });
}
