import { expand, type Arguments } from '#policy/manifests/dockerfile/expand.ts';
import { readInstructions, type Instruction, type Word } from '#policy/manifests/dockerfile/instructions.ts';
import type { ManifestFormat } from '#policy/manifests/format.ts';
import { limits } from '#policy/manifests/limits.ts';
import type { GapCode, ManifestGap, ManifestReference, ManifestVariable, Slot } from '#policy/manifests/reference.ts';
import type { ManifestSource } from '#policy/manifests/source.ts';
import { notReadable } from '#policy/manifests/yaml-collector.ts';

/**
 * Dockerfiles and Containerfiles: base images, images that files are copied or mounted from, and the image that reads the file. Stages are
 * no images. Build arguments count as their defaults.
 */
export const dockerfile: ManifestFormat = {
  name: 'dockerfile',
  fits: ({ name, text }) =>
    /^(?:.+[.-])?(?:docker|container)file(?:[.-].+)?$/i.test(name) &&
    !name.endsWith('.dockerignore') &&
    /^[ \t\uFEFF]*FROM[ \t]/im.test(text),
  read,
};

function read(source: ManifestSource): ReturnType<ManifestFormat['read']> {
  const { syntax, instructions, unterminated } = readInstructions(source.text);
  const references = new Map<number, ManifestReference>();
  const gaps: ManifestGap[] = [];
  const variables: ManifestVariable[] = [];
  const defaults = new Map<string, Word>();
  const stages = new Set<string>();
  const mixed = mixedArguments(instructions);
  let count = 0;
  let stage = '';

  if (syntax !== undefined) note(syntax, new Map(), 'syntax');
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') readFrom(instruction);
    else if (instruction.name === 'ARG') readArguments(instruction);
    else if (instruction.name === 'ENV') noteVariables(environment(instruction.words));
    else for (const from of sourcesOf(instruction)) readSource(from);
  }
  if (unterminated !== undefined) gap(unterminated, 'unreadable', 'a document in the file has no end', '');
  return { references: [...references.values()], gaps, variables };

  /** Only arguments before the first stage count in `FROM`. */
  function readArguments({ words }: Instruction): void {
    noteVariables(words.flatMap(assigned));
    for (const word of count === 0 ? words : []) {
      for (const { name, word: value } of assigned(word)) defaults.set(name, value);
    }
  }

  function noteVariables(written: readonly Assigned[]): void {
    for (const { name, word } of written.slice(0, limits.references - variables.length)) {
      const place = count === 0 ? 'all stages' : `stage ${stage}`;
      variables.push({ name, value: word.text, place, ...source.positionAt(word.start) });
    }
  }

  function readFrom({ words }: Instruction): void {
    const [image, as, name] = words.filter(({ text }) => !text.startsWith('--'));
    stage = as?.text.toUpperCase() === 'AS' && name !== undefined ? name.text : String(count);
    if (image === undefined) gap(words[0]?.start ?? 0, 'unreadable', 'FROM names no image', `stage ${stage}`);
    else if (image.text !== 'scratch' && !stages.has(image.text.toLowerCase())) note(image, defaults, `stage ${stage}`);
    stages.add(stage.toLowerCase());
    stages.add(String(count++));
  }

  function readSource(from: Word): void {
    if (!stages.has(from.text.toLowerCase())) note(from, new Map(), `stage ${stage}, copied from`);
  }

  function note(word: Word, known: Arguments, place: string): void {
    const found = expand(word, known);
    if (found === undefined) return gap(word.start, 'template', notReadable(word.text), place);
    const { start, end } = found.word;
    if (references.has(start)) return;
    if (references.size >= limits.references) return gap(start, 'unreadable', tooMany, place);
    const slot: Slot =
      found.isDirect && !isMixed(found.from)
        ? { kind: 'suffix' }
        : { kind: 'none', why: 'it is put together from build arguments, or over several lines' };
    references.set(start, { kind: 'image', text: found.text, start, end, ...source.positionAt(start), place, slot });
  }

  /** A digest behind the default of an argument would come to stand in the middle of other names that are made of it. */
  function isMixed(argument: string | undefined): boolean {
    return argument !== undefined && mixed.has(argument);
  }

  function gap(at: number, code: GapCode, message: string, place: string): void {
    if (gaps.length < limits.references) gaps.push({ code, message, place, ...source.positionAt(at) });
  }
}

const tooMany = `more than ${limits.references} images are not read`;

/** The arguments that are but a part of what stands in `FROM` or in another default. */
function mixedArguments(instructions: readonly Instruction[]): ReadonlySet<string> {
  const words = instructions.flatMap((instruction) =>
    instruction.name === 'FROM'
      ? instruction.words
      : instruction.name === 'ARG'
        ? instruction.words.flatMap(assigned).map(({ word }) => word)
        : [],
  );
  const parts = words.filter(({ text }) => text.includes('$') && !/^\$(?:\w+|\{\w+\})$/.test(text));
  return new Set(parts.flatMap(({ text }) => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name)));
}

interface Assigned {
  readonly name: string;
  readonly word: Word;
}

/** `NAME=value` any number of times, or, as it was once written, `NAME value`. */
function environment(words: readonly Word[]): Assigned[] {
  const [first, second] = words;
  const isOld = first !== undefined && second !== undefined && !first.text.includes('=');
  return isOld ? [{ name: first.text, word: second }] : words.flatMap(assigned);
}

function assigned(word: Word): Assigned[] {
  const equals = word.text.indexOf('=');
  return equals > 0 ? [{ name: word.text.slice(0, equals), word: valueOf(word, equals + 1) }] : [];
}

/** Where an instruction takes files from, if not from the build's own folder. */
function sourcesOf({ name, words }: Instruction): Word[] {
  const end = words.findIndex(({ text }) => !text.startsWith('--'));
  const flags = words.slice(0, end < 0 ? undefined : end);
  if (name === 'COPY') return flags.flatMap((flag) => valueBehind(flag, '--from='));
  if (name !== 'RUN') return [];
  return flags.flatMap((flag) => valueBehind(flag, '--mount=')).flatMap((mount) => fieldsOf(mount));
}

/** The `from` of a mount: `type=bind,from=image,target=/x`. */
function fieldsOf(mount: Word): Word[] {
  const found: Word[] = [];
  let at = 0;
  for (const field of mount.text.split(',')) {
    if (/^from=/i.test(field)) {
      const start = mount.start + at + 'from='.length;
      found.push({ ...mount, text: field.slice('from='.length), start, end: mount.start + at + field.length });
    }
    at += field.length + 1;
  }
  return found;
}

function valueBehind(word: Word, prefix: string): Word[] {
  return word.text.toLowerCase().startsWith(prefix) ? [valueOf(word, prefix.length)] : [];
}

/** The rest of a word from an index on, without quotes around it. */
function valueOf(word: Word, from: number): Word {
  const rest = word.text.slice(from);
  const quote = rest[0] === '"' || rest[0] === "'" ? rest[0] : '';
  const isQuoted = quote !== '' && rest.length > 1 && rest.endsWith(quote);
  const skip = isQuoted ? 1 : 0;
  const text = rest.slice(skip, rest.length - skip);
  return { ...word, text, start: word.start + from + skip, end: word.start + from + skip + text.length };
}
