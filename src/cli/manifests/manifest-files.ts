import { createReadStream } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cliError } from '#cli/errors.ts';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import type { ReadingOptions } from '#policy/manifests/format.ts';
import { readManifest, type Manifest } from '#policy/manifests/read-manifest.ts';

/** A file that was read, and where it really is. */
export interface ManifestFile extends Manifest {
  /** Without links; nothing for standard input. */
  readonly file: string | undefined;
}

/** Bytes of a file; larger ones name no images that anybody reads. */
const largestFile = 16 << 20;
const mostFiles = 50_000;
const deepestFolder = 40;

/**
 * Reads the files that the user names: files of any name, folders with all below them, `-` for standard input. In a folder, hidden
 * folders (but those of forges), `node_modules` and links that lead out are passed over, and so is what names no image. A file that is
 * named is always in the answer, also when no format knows it.
 *
 * @throws `file-unreadable`
 */
export async function readManifests(
  named: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
  options: ReadingOptions = {},
): Promise<ManifestFile[]> {
  const read = new Map<string, ManifestFile>();
  for (const path of named) {
    if (path === '-') read.set(path, { ...(await readStdin(stdin, options)), file: undefined });
    else {
      const found = await stat(path).catch(unreadable(path));
      const files = found.isDirectory() ? await filesIn(path) : [path];
      for (const file of files) {
        // A pipe that the shell has opened is nowhere.
        const real = await realpath(file).catch(() => file);
        if (read.has(real)) continue;
        const manifest = readBytes(file, await readBounded(file).catch(unreadable(file)), options);
        if (!found.isDirectory() || isOfUse(manifest)) read.set(real, { ...manifest, file: real });
      }
    }
  }
  return [...read.values()];
}

async function readStdin(stdin: AsyncIterable<Uint8Array>, options: ReadingOptions): Promise<Manifest> {
  return readBytes('-', await collect(stdin, largestFile), options);
}

/** The content of a file, which may be a pipe; nothing if it is too large. */
function readBounded(path: string): Promise<Buffer | undefined> {
  return collect(createReadStream(path), largestFile);
}

function readBytes(path: string, bytes: Buffer | undefined, options: ReadingOptions): Manifest {
  const text = bytes === undefined ? undefined : decode(bytes);
  if (text !== undefined) return readManifest(path, text, options);
  const message = bytes === undefined ? 'it is too large to be read' : 'it is no text in UTF-8';
  const gap = { code: 'unreadable', message, line: 1, column: 1, place: '' } as const;
  return { path, text: '', formats: [], references: [], objects: [], variables: [], gaps: [gap] };
}

/** The byte order mark is kept: what is written back must be the same bytes. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** In a folder there is much that names no image: a file that cannot be read matters only if it may. */
function isOfUse({ formats, gaps, text }: Manifest): boolean {
  return formats.length > 0 || (gaps.length > 0 && /image/i.test(text));
}

async function filesIn(root: string): Promise<string[]> {
  const real = await realpath(root);
  const files: string[] = [];
  await walk(root, 0);
  return files;

  async function walk(folder: string, depth: number): Promise<void> {
    if (depth > deepestFolder) throw tooMuch(root, `folders deeper than ${deepestFolder}`);
    const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && isWalked(entry.name)) await walk(path, depth + 1);
      if (!mayNameImages(entry.name)) continue;
      if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFileIn(real, path)))) files.push(path);
      if (files.length > mostFiles) throw tooMuch(root, `more than ${mostFiles} files`);
    }
  }
}

const forges = ['.github', '.gitlab', '.gitea', '.forgejo'];

function isWalked(name: string): boolean {
  return name !== 'node_modules' && (!name.startsWith('.') || forges.includes(name));
}

function mayNameImages(name: string): boolean {
  return /\.(?:ya?ml|json|hcl|nomad|tpl)$|(?:^|\.)(?:docker|container)file(?:$|\.)|^kustomization$/i.test(name);
}

async function leadsToFileIn(root: string, link: string): Promise<boolean> {
  const target = await realpath(link).catch(() => undefined);
  const way = target === undefined ? '..' : relative(root, target);
  return target !== undefined && !way.startsWith('..') && (await lstat(target)).isFile();
}

function tooMuch(root: string, what: string) {
  return cliError('file-unreadable', `${root} has ${what}`, { hint: 'name the folder in which the files are' });
}

function unreadable(path: string) {
  return (error: unknown): never => {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  };
}
