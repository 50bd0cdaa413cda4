import type { ManifestFormatName, ManifestReading, ManifestObject, ReadingOptions } from './format.ts';
import { manifestFormats } from './formats/index.ts';
import { limits } from './limits.ts';
import type { ManifestGap, ManifestReference, ManifestVariable } from './reference.ts';
import { settleSlots } from './settle-slots.ts';
import { yamlGap } from './yaml-gap.ts';
import { openManifest, type ManifestSource } from './source.ts';

/** A file that was read for the images that it names. */
export interface Manifest {
  readonly path: string;
  readonly text: string;
  /** The formats that it is in; none if nobody knows it. */
  readonly formats: readonly ManifestFormatName[];
  readonly references: readonly ManifestReference[];
  readonly gaps: readonly ManifestGap[];
  readonly objects: readonly ManifestObject[];
  readonly variables: readonly ManifestVariable[];
}

/**
 * Reads which images and actions a file names, in whichever formats it is. Any text gives an answer: what could not be read is a gap,
 * and a file that no format knows has no formats.
 *
 * @param path decides the format of files that say nothing themselves, such as a Dockerfile
 * @param text as it is in the file, with its byte order mark and line ends; offsets count its UTF-16 code units
 */
export function readManifest(path: string, text: string, options: ReadingOptions = {}): Manifest {
  const source = openManifest(path, text);
  const base = { path, text };
  if (text.length > limits.characters) return { ...base, ...nothing, gaps: [atStart('it is too large to be read')] };
  const fitting = manifestFormats.filter((format) => format.fits(source));
  if (fitting.length === 0) return { ...base, ...nothing, gaps: unreadable(source) };
  const readings = fitting.map((format) => format.read(source, options));
  return {
    ...base,
    formats: fitting.map(({ name }) => name),
    references: distinct(readings),
    gaps: readings.flatMap(({ gaps }) => gaps),
    objects: readings.flatMap(({ objects = [] }) => objects),
    variables: readings.flatMap(({ variables = [] }) => variables),
  };
}

const nothing = { formats: [], references: [], objects: [], variables: [] } as const;

/** A file that looks like YAML or JSON, and is not, may name anything. */
function unreadable(source: ManifestSource): ManifestGap[] {
  if (!/\.(?:ya?ml|json|tpl)$/i.test(source.name) && source.name.includes('.')) return [];
  const gap = yamlGap(source);
  return gap === undefined ? [] : [gap];
}

function atStart(message: string): ManifestGap {
  return { code: 'unreadable', message, place: '', line: 1, column: 1 };
}

/** Two formats may see the same text; the first says what it is. */
function distinct(readings: readonly ManifestReading[]): ManifestReference[] {
  const seen = new Set<number>();
  const found = readings.flatMap(({ references }) => {
    const fresh = references.filter(({ start }) => !seen.has(start));
    for (const { start } of fresh) seen.add(start);
    return fresh;
  });
  return settleSlots(found).toSorted((a, b) => a.start - b.start);
}
