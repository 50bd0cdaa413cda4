import type { ManifestReading } from './format.ts';
import { limits } from './limits.ts';
import type { GapCode, ManifestGap, ManifestReference, ManifestVariable, Slot } from './reference.ts';
import type { ManifestSource } from './source.ts';
import { isTemplate } from './template.ts';
import { yamlGap } from './yaml-gap.ts';
import { stepInto } from '#policy/workloads/pointer.ts';
import type { Located } from './yaml/locate.ts';
import type { YamlDocument } from './yaml/read-yaml.ts';

/** Steps from the root of a document to a value. */
export type Steps = readonly (string | number)[];

/** Collects what a file in YAML or JSON names; shared by all formats that are written in it. */
export interface YamlCollector {
  /**
   * Notes an image or action at the steps.
   * @param named what is named, if that is more than the text that stands there
   */
  note(document: YamlDocument, steps: Steps, place: string, named?: Named): void;
  gap(document: YamlDocument, steps: Steps, place: string, code: GapCode, message: string): void;
  /**
   * Notes a variable whose value stands at the steps; one without a value is passed over.
   * @param skip so many characters of the value come before it, such as `NAME=`
   */
  variable(document: YamlDocument, steps: Steps, place: string, name: string, skip?: number): void;
  reading(): Pick<ManifestReading, 'references' | 'gaps' | 'variables'>;
}

interface Named {
  readonly kind?: 'image' | 'action';
  readonly text?: string;
  readonly slot?: Slot | ((located: Located) => Slot);
  /** So many characters of the written text come before the reference, such as `docker://`. */
  readonly skip?: number;
}

/** Starts collecting from a file. What stands behind an anchor is noted once, however often it is used. */
export function collectFrom(source: ManifestSource): YamlCollector {
  const references = new Map<string, ManifestReference>();
  const gaps = new Map<string, ManifestGap>();
  const variables = new Map<number, ManifestVariable>();
  const broken = yamlGap(source);
  if (broken !== undefined) gaps.set('', broken);
  return {
    note,
    gap,
    variable,
    reading: () => ({
      references: [...references.values()],
      gaps: [...gaps.values()],
      variables: [...variables.values()],
    }),
  };

  function variable(document: YamlDocument, steps: Steps, place: string, name: string, skip = 0): void {
    const value = plainAt(document.value, steps);
    const located = document.locate(steps);
    if (located === undefined || (typeof value !== 'string' && typeof value !== 'number')) return;
    if (variables.size >= limits.references || variables.has(located.start)) return;
    const { line, column } = source.positionAt(located.start);
    variables.set(located.start, { name, value: String(value).slice(skip), line, column, place });
  }

  function note(document: YamlDocument, steps: Steps, place: string, named: Named = {}): void {
    const located = document.locate(steps);
    if (located === undefined) return gap(document, steps, place, 'elsewhere', 'it names no image here');
    const written = source.text.slice(located.start, located.end);
    const text = named.text ?? valueAt(document.value, steps);
    // Functions of CloudFormation and GitLab are tags that YAML keeps to itself.
    const isTagged = located.tag?.startsWith('!') === true;
    if (isTagged || isTemplate(text ?? written))
      return gap(document, steps, place, 'template', notReadable(text ?? written));
    if (located.isCollection || text === undefined || text === '') {
      return gap(document, steps, place, 'unreadable', 'what should name an image is no text');
    }
    const start = located.start + (named.skip ?? 0);
    const key = `${start} ${text}`;
    if (references.has(key)) return;
    if (references.size >= limits.references) {
      return gap(document, [], '', 'unreadable', `more than ${limits.references} images are not read`);
    }
    const slot = typeof named.slot === 'function' ? named.slot(located) : (named.slot ?? { kind: 'suffix' });
    const { line, column } = source.positionAt(start);
    const kind = named.kind ?? 'image';
    references.set(key, { kind, text, start, end: located.end, line, column, place, slot });
  }

  function gap(document: YamlDocument, steps: Steps, place: string, code: GapCode, message: string): void {
    const { line, column } = source.positionAt(nearest(document, steps));
    const key = `${code} ${line}:${column}`;
    if (gaps.size < limits.references && !gaps.has(key)) gaps.set(key, { code, message, line, column, place });
  }
}

/** What cannot be known before something else has put it together. */
export function notReadable(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return `"${shown.replaceAll(/\s+/g, ' ')}" is not readable before it is rendered`;
}

/** Where a value stands, or the innermost around it that is there. */
export function nearest(document: YamlDocument, steps: Steps): number {
  for (let length = steps.length; length >= 0; length--) {
    const located = document.locate(steps.slice(0, length));
    if (located !== undefined) return located.start;
  }
  return document.start;
}

function valueAt(root: unknown, steps: Steps): string | undefined {
  const value = plainAt(root, steps);
  return typeof value === 'string' ? value : undefined;
}

function plainAt(root: unknown, steps: Steps): unknown {
  return steps.reduce<unknown>((at, step) => stepInto(at, String(step)), root);
}
