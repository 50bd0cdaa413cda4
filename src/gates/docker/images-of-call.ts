import { asObject, type JsonObject } from '#kit/narrow.ts';
import { parseDigest } from '#kit/digest.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import type { ImageUse } from '#policy/question.ts';
import type { DockerCall } from './read-call.ts';
import type { CallKind, UnseenWay } from './routes.ts';

/** The images of a call; a way that nobody can see into; or what keeps it from being understood. */
export type CallImages =
  | { readonly images: readonly ImageUse[] }
  | { readonly way: UnseenWay }
  | { readonly problem: string };

/**
 * The images that a call names. The engine takes keys in any case (Go, encoding/json), and of several the last; so that a key that is
 * there twice, or in another case, is a problem.
 */
export function imagesOfCall(call: DockerCall, { kind }: Exclude<CallKind, { kind: 'free' | 'unseen' }>): CallImages {
  // What is imported comes in chunks.
  if (kind === 'pull' && (call.query.get('fromSrc') ?? '') !== '') return { way: 'import' };
  const problem = problemOfBody(call);
  if (problem !== undefined) return { problem };
  if (kind === 'pull') return imagesOfPull(call);
  if (kind === 'plugin') return { images: [{ image: call.query.get('remote') ?? '', pointer: '?remote' }] };
  // What runs then is what was there before, and does not stand in the body.
  if (kind === 'service' && (call.query.get('rollback') ?? '') !== '') return { way: 'rollback' };
  const body = readBody(call);
  if ('problem' in body) return body;
  try {
    return { images: kind === 'container' ? imagesOfContainer(body.body) : imagesOfService(body.body) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

/**
 * The engine hands on bodies of JSON, and a body of a form has parameters that it puts before those of the address: there must be no body
 * but the one that is shown. Its length is that of the header, which is not there where it comes in chunks.
 */
function problemOfBody({ body, headers }: DockerCall): string | undefined {
  const length = headers.get('content-length');
  if (length === undefined) return 'it does not say how long its body is';
  if (length === String(body.length)) return undefined;
  return 'its body is not shown as long as it is (CVE-2024-41110, CVE-2026-34040)';
}

function imagesOfPull({ query, body }: DockerCall): CallImages {
  if (body.length > 0) return { problem: 'it has a body, which a pull has not' };
  const [name = '', tag = ''] = [query.get('fromImage'), query.get('tag')];
  if (tag === '') return { images: [{ image: name, pointer: '?fromImage' }] };
  if (name.includes('@')) return { problem: 'it names a digest and a tag' };
  return { images: [{ image: `${name}${parseDigest(tag) === undefined ? ':' : '@'}${tag}`, pointer: '?fromImage' }] };
}

/** Levels of JSON; no honest body has more. */
const deepest = 40;

function readBody({ body }: DockerCall): { readonly body: JsonObject } | { readonly problem: string } {
  if (body.length === 0) return { problem: 'it must have a body, and has none' };
  const parsed = parseStrictJson(body, deepest);
  if (parsed.kind === 'problem') return { problem: `its body cannot be read: ${parsed.problem}` };
  const object = asObject(parsed.value);
  return object === undefined ? { problem: 'its body is no object' } : { body: object };
}

function imagesOfContainer(body: JsonObject): readonly ImageUse[] {
  const { Image, HostConfig } = fieldsOf(body, ['Image', 'HostConfig'] as const, '');
  const { Mounts } = fieldsOf(HostConfig, ['Mounts'] as const, '/HostConfig');
  return [imageAt(Image, '/Image'), ...imagesOfMounts(Mounts, '/HostConfig/Mounts')];
}

function imagesOfService(body: JsonObject): readonly ImageUse[] {
  const { TaskTemplate } = fieldsOf(body, ['TaskTemplate'] as const, '');
  const at = '/TaskTemplate';
  const { ContainerSpec, PluginSpec } = fieldsOf(TaskTemplate, ['ContainerSpec', 'PluginSpec'] as const, at);
  if (isAbsent(ContainerSpec) && isAbsent(PluginSpec)) throw new RangeError('it does not say what is to run');
  const { Image, Mounts } = fieldsOf(ContainerSpec, ['Image', 'Mounts'] as const, `${at}/ContainerSpec`);
  const { Remote } = fieldsOf(PluginSpec, ['Remote'] as const, `${at}/PluginSpec`);
  return [
    ...(isAbsent(ContainerSpec) ? [] : [imageAt(Image, `${at}/ContainerSpec/Image`)]),
    ...imagesOfMounts(Mounts, `${at}/ContainerSpec/Mounts`),
    ...(isAbsent(PluginSpec) ? [] : [imageAt(Remote, `${at}/PluginSpec/Remote`)]),
  ];
}

/** A mount may be an image too. */
function imagesOfMounts(mounts: unknown, at: string): readonly ImageUse[] {
  if (isAbsent(mounts)) return [];
  if (!Array.isArray(mounts)) throw new RangeError(`${at} is no list`);
  return mounts.flatMap((mount: unknown, index) => {
    const { Type, Source } = fieldsOf(mount, ['Type', 'Source'] as const, `${at}/${index}`);
    return Type === 'image' ? [imageAt(Source, `${at}/${index}/Source`)] : [];
  });
}

/** What is no text is no reference, and refused as that. */
function imageAt(value: unknown, pointer: string): ImageUse {
  return { image: typeof value === 'string' ? value : '', pointer };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The fields of an object, in no other case than they are written. */
function fieldsOf<const Names extends readonly string[]>(
  value: unknown,
  names: Names,
  at: string,
): Readonly<Record<Names[number], unknown>> {
  const object = isAbsent(value) ? {} : asObject(value);
  if (object === undefined) throw new RangeError(`${at} is no object`);
  const known = new Map(names.map((name) => [fold(name), name]));
  for (const key of Object.keys(object)) {
    const name = known.get(fold(key));
    if (name !== undefined && name !== key) throw new RangeError(`${at}/${name} is written "${key}"`);
  }
  // Each name is a key, of what is there or of nothing.
  return Object.fromEntries(names.map((name) => [name, object[name]])) as Record<Names[number], unknown>;
}

/** As the engine compares keys: also the long s and the sign of Kelvin are letters of the alphabet. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
