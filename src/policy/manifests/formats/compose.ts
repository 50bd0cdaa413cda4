import { asList, asObject, asText } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { collectFrom, type Steps, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/** Compose files (compose-spec.io), for Docker, Podman and Swarm. The image of a service that is built here is what it is called then. */
export const compose: ManifestFormat = {
  name: 'compose',
  fits: (source) =>
    /^(?:docker-|podman-)?(?:compose|stack)(?:[.-].*)?\.ya?ml$/i.test(source.name) ||
    source.documents().some(looksLike),
  read,
};

function read(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const collector = collectFrom(source);
  for (const document of source.documents()) {
    const root = asObject(document.value) ?? {};
    for (const [index] of [...asList(root['include']), ...textIn(root['include'])].entries()) {
      collector.gap(document, ['include', index], '', 'include', 'another file is included, and not read');
    }
    for (const name of Object.keys(asObject(root['services']) ?? {})) readService(document, name, collector);
  }
  return collector.reading();
}

function readService(document: YamlDocument, name: string, collector: YamlCollector): void {
  const service = asObject(asObject(asObject(document.value)?.['services'])?.[name]) ?? {};
  const steps: Steps = ['services', name];
  const place = `service ${name}`;
  const build = service['build'];
  const extended = asText(asObject(service['extends'])?.['file']);
  if (build === undefined && service['image'] !== undefined) collector.note(document, [...steps, 'image'], place);
  else if (build === undefined && service['extends'] === undefined) {
    collector.gap(document, steps, place, 'elsewhere', 'it names no image here');
  }
  noteVariables(collector, document, service['environment'], [...steps, 'environment'], place);
  if (extended !== undefined) {
    collector.gap(document, [...steps, 'extends'], place, 'include', `it extends ${extended}, which is not read`);
  }
  if (asObject(build)?.['dockerfile_inline'] !== undefined) {
    const at = [...steps, 'build', 'dockerfile_inline'];
    collector.gap(document, at, place, 'elsewhere', 'a Dockerfile stands in it, and is not read');
  }
  for (const [index, volume] of asList(service['volumes']).entries()) {
    if (asObject(volume)?.['type'] !== 'image') continue;
    collector.note(document, [...steps, 'volumes', index, 'source'], `${place} image volume`);
  }
}

function textIn(value: unknown): readonly unknown[] {
  return typeof value === 'string' ? [value] : [];
}

function looksLike({ value }: YamlDocument): boolean {
  const root = asObject(value);
  const services = Object.values(asObject(root?.['services']) ?? {}).map(asObject);
  const isOther = root === undefined || 'apiVersion' in root || 'jobs' in root;
  return !isOther && services.some((service) => service?.['image'] !== undefined || service?.['build'] !== undefined);
}
