import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliError } from '#cli/errors.ts';
import { unwritable } from '#cli/output.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { replaceAtomically, writeAtomically } from '#kit/atomic-file.ts';
import { digestOf } from '#kit/digest.ts';
import { applyEdits, type Edit } from '#policy/pinning/edit.ts';
import { readUndoRecord, undo, undoName, undoRecord } from '#policy/pinning/undo-record.ts';

/**
 * Carries out changes of a file: beside it, then in place of it, with the rights that it had. What takes them back is kept first, in
 * `folder`.
 *
 * @throws `file-unwritable`, also if the file was changed since it was read
 */
export async function changeFile(file: string, text: string, edits: readonly Edit[], folder: string): Promise<void> {
  const record = undoRecord(text, edits);
  try {
    await mkdir(folder, { recursive: true });
    await writeAtomically(join(folder, undoName(file, record.after)), `${JSON.stringify(record)}\n`);
  } catch (error) {
    throw unwritable(folder, error);
  }
  await replaceText(file, text, applyEdits(text, edits));
}

/**
 * Takes back the last changes of a file, byte for byte.
 * @throws `undo-refused` if the file is not as it was left, `file-unreadable`, `file-unwritable`
 */
export async function undoFile(file: string, folder: string): Promise<void> {
  const bytes = await readFileNamed(file);
  const text = bytes.toString('utf8');
  const path = join(folder, undoName(file, digestOf(bytes)));
  const kept = await readFile(path).catch(() => undefined);
  const record = kept === undefined ? undefined : readUndoRecord(kept);
  const before = record === undefined ? undefined : undo(text, record);
  if (before === undefined) {
    throw cliError('undo-refused', `${file} is not as bulla pin has left it, or nothing is kept of how it was`, {
      hint: 'take it from version control',
    });
  }
  await replaceText(file, text, before);
  await rm(path, { force: true });
}

async function replaceText(file: string, text: string, changed: string): Promise<void> {
  try {
    const { mode } = await stat(file);
    await replaceAtomically(file, async (temporary) => {
      await writeFile(temporary, changed, { flag: 'wx' });
      await chmod(temporary, mode & 0o7777);
      const now = await readFile(file);
      if (digestOf(now) !== digestOf(text)) throw new Error('it was changed by somebody else meanwhile');
    });
  } catch (error) {
    throw unwritable(file, error);
  }
}
