import { asList, asObject, asText } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { collectFrom, type Steps, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/** Pipelines of GitLab: images and services, for all jobs and of each. What they include is not read, and named. */
export const gitlabCi: ManifestFormat = {
  name: 'gitlab-ci',
  fits: (source) =>
    /\.gitlab-ci\.ya?ml$/i.test(source.name) ||
    /(?:^|\/)\.gitlab\/(?:ci|ci-templates)\/.*\.ya?ml$/i.test(source.path) ||
    source.documents().some(looksLike),
  read,
};

/** What stands at the top and is no job. */
const noJobs = new Set(['include', 'variables', 'stages', 'workflow', 'cache', 'spec', 'types', 'image', 'services']);

function read(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const collector = collectFrom(source);
  for (const document of source.documents()) {
    const root = asObject(document.value) ?? {};
    if (root['include'] !== undefined) {
      collector.gap(document, ['include'], '', 'include', 'other files are included, and not read');
    }
    readImages(document, root, [], 'all jobs', collector);
    for (const [name, job] of Object.entries(root)) {
      const inner = asObject(job);
      if (inner === undefined || noJobs.has(name)) continue;
      readImages(document, inner, [name], name === 'default' ? 'all jobs' : `job ${name}`, collector);
      const include = asObject(inner['trigger'])?.['include'];
      if (include !== undefined) {
        const at = [name, 'trigger', 'include'];
        collector.gap(document, at, `job ${name}`, 'include', 'another pipeline is started, and not read');
      }
    }
  }
  return collector.reading();
}

function readImages(
  document: YamlDocument,
  { image, services, variables }: Readonly<Record<string, unknown>>,
  steps: Steps,
  place: string,
  collector: YamlCollector,
): void {
  noteVariables(collector, document, variables, [...steps, 'variables'], place);
  if (image !== undefined && image !== null) noteNamed(document, image, [...steps, 'image'], place, collector);
  for (const [index, service] of asList(services).entries()) {
    noteNamed(document, service, [...steps, 'services', index], `${place} service`, collector);
  }
  if (services !== undefined && services !== null && !Array.isArray(services)) {
    collector.note(document, [...steps, 'services'], `${place} service`);
  }
}

/** Both are a text, or a map with a name. */
function noteNamed(
  document: YamlDocument,
  value: unknown,
  steps: Steps,
  place: string,
  collector: YamlCollector,
): void {
  const inMap = asObject(value) !== undefined && asText(value) === undefined;
  collector.note(document, inMap ? [...steps, 'name'] : steps, place);
}

function looksLike({ value }: YamlDocument): boolean {
  const root = asObject(value);
  if (root === undefined || 'apiVersion' in root || 'jobs' in root) return false;
  const jobs = Object.values(root).map(asObject);
  const hasScript = jobs.some((job) => typeof job?.['script'] === 'string' || Array.isArray(job?.['script']));
  return (
    hasScript && (Array.isArray(root['stages']) || 'image' in root || jobs.some((job) => job?.['image'] !== undefined))
  );
}
