import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import { readHcl, type HclAttribute } from '#policy/manifests/hcl/read-hcl.ts';
import { limits } from '#policy/manifests/limits.ts';
import type { ManifestGap, ManifestReference } from '#policy/manifests/reference.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { isTemplate } from '#policy/manifests/template.ts';
import { noteVariables } from '#policy/manifests/variables.ts';
import { collectFrom, notReadable, type YamlCollector } from '#policy/manifests/yaml-collector.ts';
import type { YamlDocument } from '#policy/manifests/yaml/read-yaml.ts';

/** Jobs of Nomad in HCL, and in the JSON of its API: the image in the `config` of each task. */
export const nomad: ManifestFormat = {
  name: 'nomad',
  fits: (source) =>
    isHcl(source) ||
    (source.text.trimStart().startsWith('{') && source.documents().some(({ value }) => jobOf(value) !== undefined)),
  read: (source) => (isHcl(source) ? readHclJob(source) : readJsonJob(source)),
};

function isHcl({ name, text }: ManifestSource): boolean {
  return /\.(?:nomad|hcl)$/i.test(name) && /^[\uFEFF \t]*job[ \t]+["\w]/m.test(text);
}

function readHclJob(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const read = readHcl(source.text);
  const gap = (at: number, code: ManifestGap['code'], message: string, place: string): ManifestGap => ({
    code,
    message,
    place,
    ...source.positionAt(at),
  });
  if ('problem' in read) return { references: [], gaps: [gap(read.at, 'unreadable', read.problem, '')] };
  const references: ManifestReference[] = [];
  const gaps: ManifestGap[] = [];
  const images = read.filter(isImage);
  for (const { blocks, text, start: outer, end } of images.slice(0, limits.references)) {
    const place = blocks.slice(0, -1).join(' ');
    const written = source.text.slice(outer, end);
    if (text === undefined || isTemplate(text)) gaps.push(gap(outer, 'template', notReadable(written), place));
    else {
      const start = outer + schemeOf(text).length;
      const position = source.positionAt(start);
      references.push({ kind: 'image', text: source.text.slice(start, end), start, end, ...position, place, slot });
    }
  }
  const [beyond] = images.slice(limits.references);
  if (beyond !== undefined) gaps.push(gap(beyond.start, 'unreadable', 'the images from here on are not read', ''));
  const variables = read.filter(isVariable).flatMap(({ blocks, name, text: value, start }) => {
    const place = blocks.slice(0, -1).join(' ');
    return value === undefined ? [] : [{ name, value, place, ...source.positionAt(start) }];
  });
  return { references, gaps, variables };
}

const slot = { kind: 'suffix' } as const;

function isImage({ blocks, name }: HclAttribute): boolean {
  return name === 'image' && blocks.at(-1) === 'config' && blocks.at(-2)?.startsWith('task ') === true;
}

function isVariable({ blocks }: HclAttribute): boolean {
  return blocks.at(-1) === 'env' && blocks.at(-2)?.startsWith('task ') === true;
}

function schemeOf(text: string): string {
  return text.startsWith('docker://') ? 'docker://' : '';
}

function jobOf(value: unknown): { readonly job: JsonObject; readonly steps: readonly string[] } | undefined {
  const root = asObject(value);
  for (const [job, steps] of [
    [asObject(root?.['Job']), ['Job']],
    [root, []],
  ] as const) {
    if (job !== undefined && Array.isArray(job['TaskGroups'])) return { job, steps };
  }
  return undefined;
}

function readJsonJob(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const collector = collectFrom(source);
  for (const document of source.documents()) readDocument(document, collector);
  return collector.reading();
}

function readDocument(document: YamlDocument, collector: YamlCollector): void {
  const found = jobOf(document.value);
  if (found === undefined) return;
  const { job, steps } = found;
  for (const [groupIndex, group] of asList(job['TaskGroups']).entries()) {
    for (const [taskIndex, task] of asList(asObject(group)?.['Tasks']).entries()) {
      const { Name: name, Config: config, Env: env } = asObject(task) ?? {};
      const image = asText(asObject(config)?.['image']);
      const inTask = [...steps, 'TaskGroups', groupIndex, 'Tasks', taskIndex];
      const place = `job ${nameOf(job)} group ${nameOf(asObject(group))} task ${asText(name) ?? ''}`;
      noteVariables(collector, document, env, [...inTask, 'Env'], place);
      if (asObject(config)?.['image'] === undefined) continue;
      const at = [...inTask, 'Config', 'image'];
      const skip = schemeOf(image ?? '').length;
      collector.note(document, at, place, { text: image?.slice(skip), skip });
    }
  }
}

function nameOf(object: JsonObject | undefined): string {
  return asText(object?.['Name']) ?? asText(object?.['ID']) ?? '';
}
