import { Composer, Parser, type Document, type Tags } from 'yaml';
import { limits } from '#policy/manifests/limits.ts';
import { inspect } from './inspect.ts';
import { locate, type Located } from './locate.ts';
import { viewNodes } from './node-view.ts';
import { weigh } from './weigh.ts';
import { toPlain } from './to-plain.ts';

/** A document of a YAML or JSON file. */
export interface YamlDocument {
  /** What it says, as JSON would. */
  readonly value: unknown;
  /** Offset of its first value. */
  readonly start: number;
  /** Where a value stands; behind aliases and merge keys, where the anchor does. */
  locate(steps: readonly (string | number)[]): Located | undefined;
}

/** Why a file cannot be read as YAML, and where. */
export interface YamlProblem {
  readonly problem: string;
  readonly at: number;
}

/**
 * Reads YAML or JSON as Kubernetes' tools read it: the words of YAML 1.1 (`yes` is true), but no dates, and a key twice is refused.
 * Nothing is changed about the text, so that what is located can be edited in place.
 *
 * Bounded in size, documents, depth, and in values with aliases put in.
 */
export function readYaml(text: string): readonly YamlDocument[] | YamlProblem {
  if (text.length > limits.characters) return { problem: 'it is too large', at: 0 };
  const problem = weigh(text);
  if (problem !== undefined) return problem;
  const read: YamlDocument[] = [];
  // The first that cannot be read is the last that is parsed.
  for (const document of new Composer(options).compose(new Parser().parse(text))) {
    const one = readDocument(text, document);
    if ('problem' in one) return one;
    if (read.length === limits.documents) return { problem: 'it has too many documents', at: one.start };
    // Nothing between two separators is no document to any tool.
    if (one.value !== null) read.push(one);
  }
  return read;
}

/** Dates, sets and numbers to the base of 60 are YAML 1.1 as well; Kubernetes' tools take them for text. */
const unusedTags: readonly unknown[] = ['binary', 'omap', 'pairs', 'set'];
const textTags = ['tag:yaml.org,2002:timestamp'];

const options = {
  version: '1.1',
  // The library compares every key with every other; `inspect` looks for keys that stand twice.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags: Tags): Tags =>
    tags.filter((tag) => {
      if (typeof tag === 'string') return !unusedTags.includes(tag);
      const isSexagesimal = 'format' in tag && tag.format === 'TIME';
      return !isSexagesimal && !textTags.includes(tag.tag);
    }),
} as const;

function readDocument(text: string, document: Document.Parsed): YamlDocument | YamlProblem {
  const [error] = document.errors;
  if (error !== undefined) return { problem: firstLine(error.message), at: error.pos[0] };
  // Kubernetes' tools read every version as 1.1; this reader would not, and see other values than they.
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.1') return { problem: `it says that it is YAML ${version}`, at: 0 };
  const inspected = inspect(document.contents);
  if ('problem' in inspected) return inspected;
  const view = viewNodes(inspected.targets);
  return {
    value: toPlain(document.contents, view),
    start: document.contents?.range?.[0] ?? 0,
    locate: (steps) => locate(text, document.contents, steps, view),
  };
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
