import { asList, asObject, asText } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import type { Slot } from '#policy/manifests/reference.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { collectFrom, type Steps, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { Located } from '#policy/manifests/yaml/locate.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/**
 * Workflows and actions of GitHub, and of Gitea and Forgejo, which read the same: actions and workflows that they use, images of
 * containers, services and `docker://` steps.
 */
export const githubActions: ManifestFormat = {
  name: 'github-actions',
  fits: (source) =>
    /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/i.test(source.path) ||
    source.documents().some((document) => looksLike(source, document)),
  read,
};

function read(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const collector = collectFrom(source);
  for (const document of source.documents()) {
    const root = asObject(document.value) ?? {};
    for (const [name, job] of Object.entries(asObject(root['jobs']) ?? {})) {
      readJob({ source, document, collector }, asObject(job) ?? {}, ['jobs', name], `job ${name}`);
    }
    noteVariables(collector, document, root['env'], ['env'], 'workflow');
    const runs = asObject(root['runs']) ?? {};
    readSteps({ source, document, collector }, runs['steps'], ['runs', 'steps'], 'action');
    if (asText(runs['image'])?.startsWith('docker://') === true) {
      collector.note(document, ['runs', 'image'], 'action', imageOf(asText(runs['image']) ?? ''));
    }
  }
  return collector.reading();
}

interface Reading {
  readonly source: ManifestSource;
  readonly document: YamlDocument;
  readonly collector: YamlCollector;
}

function readJob(reading: Reading, job: Readonly<Record<string, unknown>>, steps: Steps, place: string): void {
  const { document, collector } = reading;
  const { uses, container, services, env } = job;
  noteVariables(collector, document, env, [...steps, 'env'], place);
  noteVariables(
    collector,
    document,
    asObject(container)?.['env'],
    [...steps, 'container', 'env'],
    `${place} container`,
  );
  if (uses !== undefined) readUses(reading, uses, [...steps, 'uses'], place);
  if (asObject(container)?.['image'] !== undefined) {
    noteImage(reading, asObject(container)?.['image'], [...steps, 'container', 'image'], `${place} container`);
  } else if (container !== undefined) noteImage(reading, container, [...steps, 'container'], `${place} container`);
  for (const [name, service] of Object.entries(asObject(services) ?? {})) {
    const at = [...steps, 'services', name];
    const inner = asObject(service);
    if (inner === undefined) collector.gap(document, at, place, 'unreadable', 'a service is no map');
    else {
      noteImage(reading, inner['image'], [...at, 'image'], `${place} service ${name}`);
      noteVariables(collector, document, inner['env'], [...at, 'env'], `${place} service ${name}`);
    }
  }
  if (typeof services === 'string') collector.note(document, [...steps, 'services'], place);
  readSteps(reading, job['steps'], [...steps, 'steps'], place);
}

function readSteps(reading: Reading, list: unknown, steps: Steps, place: string): void {
  for (const [index, step] of asList(list).entries()) {
    const { uses, env } = asObject(step) ?? {};
    noteVariables(reading.collector, reading.document, env, [...steps, index, 'env'], `${place} step ${index + 1}`);
    if (uses !== undefined) readUses(reading, uses, [...steps, index, 'uses'], `${place} step ${index + 1}`);
  }
}

/** An empty image means that there is no container. */
function noteImage({ document, collector }: Reading, image: unknown, steps: Steps, place: string): void {
  if (image !== '' && image !== null) collector.note(document, steps, place, imageOf(asText(image)));
}

function imageOf(text: string | undefined) {
  const scheme = 'docker://';
  return text?.startsWith(scheme) === true ? { text: text.slice(scheme.length), skip: scheme.length } : {};
}

function readUses({ source, document, collector }: Reading, uses: unknown, steps: Steps, place: string): void {
  const text = asText(uses) ?? '';
  // What is in this repository comes with it.
  if (text.startsWith('./') || text.startsWith('../')) return;
  if (text.startsWith('docker://')) return collector.note(document, steps, place, imageOf(text));
  if (/^[\w.-]+\/[\w.-]+(?:\/[^@\s]+)?@[^@\s]+$/.test(text)) {
    return collector.note(document, steps, place, { kind: 'action', slot: (located) => commitSlot(source, located) });
  }
  if (/[${]/.test(text)) return collector.note(document, steps, place);
  collector.gap(document, steps, place, 'unreadable', 'what is used is not written OWNER/NAME@REF');
}

/** What a commit stood for is said in a comment, where the line has room for one. */
function commitSlot({ text }: ManifestSource, { outerEnd, ownEnd, key }: Located): Slot {
  if (key === undefined || key.inFlow || ownEnd !== outerEnd) return { kind: 'commit' };
  const lineEnd = text.indexOf('\n', outerEnd);
  const rest = text.slice(outerEnd, lineEnd < 0 ? undefined : lineEnd).replace(/\r$/, '');
  if (!/^[ \t]*(?:#.*)?$/.test(rest)) return { kind: 'commit' };
  return { kind: 'commit', comment: { start: outerEnd, end: outerEnd + rest.length } };
}

function looksLike({ name }: ManifestSource, { value }: YamlDocument): boolean {
  const root = asObject(value);
  if (root === undefined || 'apiVersion' in root) return false;
  const isAction = /^action\.ya?ml$/i.test(name) || asText(asObject(root['runs'])?.['using']) !== undefined;
  if (asObject(root['runs']) !== undefined && isAction) return true;
  const jobs = Object.values(asObject(root['jobs']) ?? {}).map(asObject);
  return 'on' in root && jobs.some((job) => job?.['steps'] !== undefined || job?.['uses'] !== undefined);
}
