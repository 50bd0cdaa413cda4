import { readFile } from 'node:fs/promises';
import { messageOf } from '#kit/error.ts';
import { cliError } from './errors.ts';

/** The content of a file that the user named. @throws `file-unreadable` */
export async function readFileNamed(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  }
}
