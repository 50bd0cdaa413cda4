import assert from 'node:assert/strict';
import type { ReadingOptions } from './format.ts';
import { readManifest, type Manifest } from './read-manifest.ts';

/** What a file names, in short: what is named, where, and what stands there if that is something else. */
export function namesIn(path: string, text: string, options?: ReadingOptions): string[] {
  const manifest = readManifest(path, text, options);
  return [...referencesIn(manifest), ...manifest.gaps.map(({ code, place }) => `${code}: ${place}`.trimEnd())];
}

function referencesIn({ text, references }: Manifest): string[] {
  return references.map((reference) => {
    const written = text.slice(reference.start, reference.end);
    const lines = text.slice(0, reference.start).split('\n');
    assert.deepEqual([reference.line, reference.column], [lines.length, (lines.at(-1)?.length ?? 0) + 1]);
    const shown = written === reference.text ? '' : ` (${written})`;
    return `${reference.place}: ${reference.text}${shown}`;
  });
}
