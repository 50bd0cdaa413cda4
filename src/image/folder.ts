import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#kit/error.ts';
import { chunkBytes } from '#kit/inflate.ts';
import { imageError } from './errors.ts';
import type { TarEntry, TarKind } from './tar/entry.ts';
import { headBytes, type TarVisitor } from './tar/read.ts';

/** Told of an entry that is there and cannot be read: a file by its content, a folder by what is in it. */
export type UnreadableVisitor = (entry: TarEntry, why: string) => void;

/** File systems that the kernel makes up. They are left out where they are mounted, which is on another device than the root. */
const kernelFolders = new Set(['proc', 'sys', 'dev', 'run']);

/**
 * Shows everything below a folder to `visit`, in the order of names, as {@link readTar} shows a layer. What this process may not
 * read, it tells `unreadable`: a file instead of showing it, a folder besides, and once
 * for all that is in it. What goes away meanwhile is passed over.
 *
 * Synchronous reading is three times as fast here; this runs in a thread of its own.
 *
 * @throws `source-unreadable` if the folder itself cannot be listed
 */
export async function readFolder(root: string, visit: TarVisitor, unreadable: UnreadableVisitor): Promise<void> {
  const rootStats = lstatSync(root);
  const pending: TarEntry[] = [entryOf('', rootStats)];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const passedOver = new Set<string>();
    for (const name of namesIn(root, folder, unreadable)) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      const found = attempt(() => lstatSync(join(root, path)));
      if (found.kind !== 'done') {
        const why = found.kind === 'failed' ? found.why : whyMissing(name);
        if (why !== undefined) passedOver.add(why);
        continue;
      }
      const stats = found.value;
      const entry = entryOf(path, stats);
      const isKernels = folder.path === '' && kernelFolders.has(name) && stats.dev !== rootStats.dev;
      if (entry.kind === 'file') await showFile(root, entry, visit, unreadable);
      else showOther(root, entry, visit, unreadable);
      if (entry.kind === 'directory' && !isKernels) pending.push(entry);
    }
    for (const why of passedOver) unreadable(folder, why);
  }
}

function entryOf(path: string, stats: Stats): TarEntry {
  const kind = kindOf(stats);
  return { path, kind, size: kind === 'file' ? stats.size : 0, mode: stats.mode & 0o7777, offset: 0, target: '' };
}

function kindOf(stats: Stats): TarKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'device';
}

function showOther(root: string, entry: TarEntry, visit: TarVisitor, unreadable: UnreadableVisitor): void {
  if (entry.kind !== 'symlink') return void visit(entry, noBytes);
  const target = attempt(() => readlinkSync(join(root, entry.path)));
  if (target.kind === 'done') visit({ ...entry, target: target.value }, noBytes);
  else if (target.kind === 'failed') unreadable(entry, target.why);
}

async function showFile(
  root: string,
  entry: TarEntry,
  visit: TarVisitor,
  unreadable: UnreadableVisitor,
): Promise<void> {
  if (entry.size === 0) return visit(entry, noBytes)?.end();
  const opened = attempt(() => openSync(join(root, entry.path), 'r'));
  if (opened.kind === 'failed') return unreadable(entry, opened.why);
  if (opened.kind === 'gone') return;
  const file = opened.value;
  try {
    const head = readAt(file, 0, Math.min(headBytes, entry.size));
    if (head.kind !== 'done') return unreadable(entry, whyOf(head));
    const sink = visit(entry, head.value);
    if (sink === undefined) return;
    for (let offset = 0; offset < entry.size;) {
      const chunk = readAt(file, offset, Math.min(chunkBytes, entry.size - offset));
      if (chunk.kind !== 'done') {
        unreadable(entry, whyOf(chunk));
        break;
      }
      // It has become shorter meanwhile.
      if (chunk.value.length === 0) break;
      sink.write(chunk.value);
      offset += chunk.value.length;
    }
    await sink.end();
  } finally {
    closeSync(file);
  }
}

const noBytes = Buffer.alloc(0);

function readAt(file: number, offset: number, length: number): Attempt<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return attempt(() => buffer.subarray(0, readSync(file, buffer, 0, length, offset)));
}

function namesIn(root: string, folder: TarEntry, unreadable: UnreadableVisitor): string[] {
  const names = attempt(() => readdirSync(join(root, folder.path)));
  if (names.kind === 'done') return names.value.toSorted();
  if (folder.path === '') {
    throw imageError('source-unreadable', `${root} cannot be listed: ${whyOf(names)}`, {
      hint: 'may you read it? root may read every folder',
    });
  }
  if (names.kind === 'failed') unreadable(folder, names.why);
  return [];
}

/** Why a name that was just listed leads nowhere: not UTF-8, it has a sign in place of what was lost; else the file has gone. */
function whyMissing(name: string): string | undefined {
  return name.includes('\ufffd') ? 'it has a name that is not UTF-8' : undefined;
}

type Attempt<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** It went away before it could be read. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly why: string };

function attempt<Value>(work: () => Value): Attempt<Value> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
    const why = code === 'EACCES' || code === 'EPERM' ? 'this user may not read it' : messageOf(error);
    return { kind: 'failed', why };
  }
}

function whyOf(attempted: { readonly kind: 'gone' } | { readonly kind: 'failed'; readonly why: string }): string {
  return attempted.kind === 'gone' ? 'it is gone' : attempted.why;
}
