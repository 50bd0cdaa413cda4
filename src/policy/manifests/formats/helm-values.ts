import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import { digestField } from '#policy/manifests/digest-field.ts';
import { isObject } from '#policy/manifests/formats/kubernetes.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { collectFrom, type Steps, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';
import { stepInto } from '#policy/workloads/pointer.ts';

/**
 * Values of Helm charts, which name images by custom: a map with `repository` and `tag`, perhaps `registry` and `digest`, under any key;
 * or a text under `image`, or a key that ends in `Image`. What a chart makes of others, only its rendered output says. Values are in files
 * of their own, in Flux's HelmRelease and in Argo's Application.
 */
export const helmValues: ManifestFormat = {
  name: 'helm-values',
  fits: (source) => isValuesFile(source) || source.documents().some(({ value }) => stepsInObject(value) !== undefined),
  read(source) {
    const collector = collectFrom(source);
    for (const document of source.documents()) {
      const steps = isValuesFile(source) ? [] : stepsInObject(document.value);
      if (steps === undefined) continue;
      const values = steps.reduce<unknown>(stepInto, document.value);
      const global = asText(stepInto(stepInto(values, 'global'), 'imageRegistry')) ?? '';
      visit({ source, document, collector, replacesRegistry: global !== '' }, values, steps);
    }
    return collector.reading();
  },
};

function isValuesFile(source: ManifestSource): boolean {
  return (
    /^values.*\.ya?ml$|[-._]values\.ya?ml$/i.test(source.name) &&
    source.documents().every(({ value }) => asObject(value) !== undefined && !isObject(value))
  );
}

/** Where an object that installs a chart has the values; nothing for other objects. */
function stepsInObject(value: unknown): readonly string[] | undefined {
  const object = asObject(value);
  const group = asText(object?.['apiVersion'])?.split('/')[0];
  if (group === 'helm.toolkit.fluxcd.io' && object?.['kind'] === 'HelmRelease') return ['spec', 'values'];
  const isApplication = group === 'argoproj.io' && object?.['kind'] === 'Application';
  return isApplication ? ['spec', 'source', 'helm', 'valuesObject'] : undefined;
}

interface Visit {
  readonly source: ManifestSource;
  readonly document: YamlDocument;
  readonly collector: YamlCollector;
  /** Whether the file says that another registry is put in place of that of each image. */
  readonly replacesRegistry: boolean;
}

function visit(visiting: Visit, value: unknown, steps: Steps): void {
  if (Array.isArray(value)) return value.forEach((item, index) => visit(visiting, item, [...steps, index]));
  const map = asObject(value);
  if (map === undefined) return;
  const isImage = asText(map['repository']) !== undefined && ['tag', 'digest', 'sha'].some((key) => key in map);
  if (isImage) noteParts(visiting, map, steps);
  for (const [key, inner] of Object.entries(map)) {
    if (typeof inner === 'string' && /^image$|Image$/.test(key)) noteText(visiting, map, inner, [...steps, key]);
    else visit(visiting, inner, [...steps, key]);
  }
}

function noteParts({ source, document, collector, replacesRegistry }: Visit, map: JsonObject, steps: Steps): void {
  const place = steps.join('.');
  const gap = (key: string, message: string) => collector.gap(document, [...steps, key], place, 'elsewhere', message);
  const [registry, repository] = [asText(map['registry']) ?? '', asText(map['repository']) ?? ''];
  const tag = tagOf(source, document, [...steps, 'tag']);
  // The charts of Prometheus call it `sha`, without the algorithm.
  const sha = asText(map['sha']) ?? '';
  const digest = asText(map['digest']) ?? (sha === '' ? '' : `sha256:${sha}`);
  // A repository of source code is no image.
  if (repository === '' || repository.includes('://')) return;
  if (replacesRegistry) return gap('repository', 'global.imageRegistry says that charts take another registry');
  if (tag === undefined) return gap('tag', 'the tag is a number, which Helm writes in its own way: put it in quotes');
  if (tag === '' && digest === '') return gap('repository', 'the chart says which tag is taken');
  const name = `${registry === '' ? '' : `${registry}/`}${repository}`;
  const text = `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
  const field = 'digest' in map ? digestField(source, document.locate([...steps, 'digest'])) : undefined;
  const shaField = 'sha' in map ? digestField(source, document.locate([...steps, 'sha'])) : undefined;
  const bare = shaField?.kind === 'field' ? ({ ...shaField, bare: true } as const) : undefined;
  const at = [...steps, tag !== '' ? 'tag' : 'digest' in map ? 'digest' : 'sha'];
  collector.note(document, at, place, { text, slot: tag.includes('@') ? suffix : (field ?? bare ?? suffix) });
}

const suffix = { kind: 'suffix' } as const;

/** The tag as Helm would write it; nothing if that is not how it is written. */
function tagOf({ text }: ManifestSource, document: YamlDocument, steps: Steps): string | undefined {
  const value = steps.reduce<unknown>((at, step) => stepInto(at, String(step)), document.value);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const located = document.locate(steps);
  const written = text.slice(located?.start, located?.end);
  // Helm prints large numbers with an exponent, and decimals without the zeros at their end.
  return typeof value === 'number' && Math.abs(value) < 1e6 && String(value) === written ? written : undefined;
}

function noteText({ document, collector }: Visit, map: JsonObject, text: string, steps: Steps): void {
  if (text === '') return;
  const place = steps.join('.');
  const hasVersion = text.includes('@') || text.lastIndexOf(':') > text.lastIndexOf('/');
  if (hasVersion) {
    // An address of a picture is no image.
    if (!text.includes('://')) collector.note(document, steps, place);
    return;
  }
  const key = steps.at(-1);
  const tag = key === 'image' ? (asText(map['tag']) ?? asText(map['imageTag']) ?? '') : '';
  const tagKey = asText(map['tag']) === undefined ? 'imageTag' : 'tag';
  if (tag !== '') collector.note(document, [...steps.slice(0, -1), tagKey], place, { text: `${text}:${tag}` });
  else if (key === 'image') collector.gap(document, steps, place, 'elsewhere', 'the chart says which tag is taken');
}
