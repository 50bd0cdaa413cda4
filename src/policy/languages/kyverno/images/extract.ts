import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { evaluate } from '#policy/languages/kyverno/jmespath/evaluate.ts';
import { readExpression } from '#policy/languages/kyverno/jmespath/expression.ts';
import type { World } from '#policy/languages/kyverno/scope/world.ts';
import { imagesAtPath } from '#policy/workloads/image-path.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import { stepInto } from '#policy/workloads/pointer.ts';
import { readImageInfo, imageFields, type ImageInfo } from './image-info.ts';

/** An image of an object, as policies see it. */
export interface NamedImage extends ImageInfo {
  /** `containers`, `initContainers`, `ephemeralContainers`, `volumes`, or how an extractor calls it. */
  readonly group: string;
  /** How it is called in its group. */
  readonly key: string;
  readonly use: ImageUse;
}

/** What is no image reference, and so is none that a pattern could be about. */
interface UnreadImage {
  readonly use: ImageUse;
  readonly problem: unknown;
}

export type FoundImage = NamedImage | UnreadImage;

/** The images of a question, those of extractors too where the rule has some for the kind of the object. */
export function imagesOf(
  { images, request }: Question,
  extractors: JsonObject | undefined,
  world: World,
): FoundImage[] {
  const kind = request?.kind.kind ?? '';
  const written = extractors !== undefined && Object.hasOwn(extractors, kind) ? extractors[kind] : undefined;
  if (!Array.isArray(written)) return images.map((use, at) => named(use.list ?? 'containers', nameOf(use, at), use));
  return written.flatMap((one: unknown) => extract(asObject(one) ?? {}, request?.object, world));
}

/** What expressions see as `images`. @throws `expression-failed` where one of them is no image */
export function imagesForExpressions(question: Question, extractors: JsonObject | undefined, world: World): JsonObject {
  const groups = new Map<string, [string, unknown][]>();
  for (const image of imagesOf(question, extractors, world)) {
    if ('problem' in image) throw image.problem;
    const { group, key, use } = image;
    // Volumes are no containers to Kyverno, and expressions count what is here.
    if (use.list === 'volumes' || (use.list === 'custom' && extractors === undefined)) continue;
    const fields = { ...imageFields(image), jsonPointer: use.pointer ?? '' };
    const known = groups.get(group) ?? [];
    known.push([key, fields]);
    groups.set(group, known);
  }
  return Object.fromEntries([...groups].map(([group, entries]) => [group, Object.fromEntries(entries)]));
}

function extract(extractor: JsonObject, object: unknown, world: World): FoundImage[] {
  const steps = (asText(extractor['path']) ?? '')
    .split('/')
    .map((step) => step.trim())
    .filter((step) => step !== '');
  const value = asText(extractor['value']) ?? '';
  const kind = asText(stepInto(object, 'kind')) ?? '';
  const path = [...steps, ...(value === '' ? [] : [value])].map((step) => `/${step.replaceAll('~', '~0')}`).join('');
  const group = asText(extractor['name']) ?? 'custom';
  const key = asText(extractor['key']) ?? '';
  return imagesAtPath(object, { kind, path }).map((use) => {
    const parent = use.pointer.split('/').slice(1, -1).reduce<unknown>(stepInto, object);
    const name = key === '' ? use.pointer : (asText(stepInto(parent, key)) ?? use.pointer);
    return named(group, name, use, asText(extractor['jmesPath']) ?? '', world);
  });
}

function named(group: string, key: string, use: ImageUse, path = '', world?: World): FoundImage {
  try {
    const written = path === '' || world === undefined ? use.image : read(use.image, path, world);
    return { ...readImageInfo(written), group, key, use: { ...use, image: written } };
  } catch (problem) {
    return { use, problem };
  }
}

function read(text: string, path: string, { surroundings, budget }: World): string {
  const value = evaluate(readExpression(path), text, { now: surroundings.now, budget });
  if (typeof value !== 'string') throw policyError('expression-failed', `"${path}" gives no text`);
  return value;
}

function nameOf({ name }: ImageUse, at: number): string {
  return name === undefined || name === '' ? String(at) : name;
}
