import { linesOf } from '#inventory/catalogers/deb822.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';

/** What Maven writes into an archive of the artifact in it. */
export interface Pom {
  readonly group?: string;
  readonly name?: string;
  readonly version?: string;
  readonly licenses: readonly string[];
}

/** Reads `pom.properties`: `groupId`, `artifactId` and `version`, a line each. */
export function readPomProperties(text: string): Pom {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, key, value] = /^[ \t]*([^\s=:#!]{1,40})[ \t]*[=:](.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  return {
    group: coordinate(values.get('groupId')),
    name: coordinate(values.get('artifactId')),
    version: coordinate(values.get('version')),
    licenses: [],
  };
}

/**
 * Reads a `pom.xml`: the coordinates, those that it inherits from its parent, and the licences. Of XML it knows what these
 * need: elements, comments and text; what is anything else is passed over.
 */
export function readPomXml(text: string): Pom {
  const values = new Map<string, string[]>();
  const open: string[] = [];
  for (const { tag, content } of tagsOf(text)) {
    if (tag.startsWith('/')) open.pop();
    else if (!tag.endsWith('/')) {
      if (open.length >= mostDepth) break;
      open.push(/^[^\s/]*/.exec(tag)?.[0] ?? '');
      const path = open.join('/');
      if (wanted.has(path)) values.set(path, [...(values.get(path) ?? []).slice(0, 20), content]);
    }
  }
  const first = (name: string): string | undefined =>
    coordinate(values.get(`project/${name}`)?.[0]) ?? coordinate(values.get(`project/parent/${name}`)?.[0]);
  return {
    group: first('groupId'),
    name: coordinate(values.get('project/artifactId')?.[0]),
    version: first('version'),
    licenses: (values.get('project/licenses/license/name') ?? []).map(shortText).filter((name) => name !== undefined),
  };
}

const mostDepth = 50;

const wanted = new Set([
  'project/groupId',
  'project/artifactId',
  'project/version',
  'project/parent/groupId',
  'project/parent/version',
  'project/licenses/license/name',
]);

/** Every tag with the text that follows it. */
function* tagsOf(text: string): Generator<{ tag: string; content: string }> {
  for (let at = text.indexOf('<'); at >= 0;) {
    if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4);
    else if (text.startsWith('<![CDATA[', at)) at = after(text, ']]>', at + 9);
    else if (text[at + 1] === '?' || text[at + 1] === '!') at = after(text, '>', at);
    else {
      const end = text.indexOf('>', at);
      if (end < 0) return;
      const next = text.indexOf('<', end);
      yield { tag: text.slice(at + 1, end), content: text.slice(end + 1, next < 0 ? undefined : next) };
      at = next;
      continue;
    }
    if (at >= 0) at = text.indexOf('<', at);
  }
}

/** The position behind the next `mark`, or -1. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? -1 : found + mark.length;
}

/** A part of Maven's coordinates; what has still to be filled in (`${revision}`) is none. */
export function coordinate(value: string | undefined): string | undefined {
  const text = shortText(value);
  return text !== undefined && /^[\w.+~-]+$/.test(text) ? text : undefined;
}
