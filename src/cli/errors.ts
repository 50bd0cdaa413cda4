import { errorsOf } from '#kit/error.ts';

/** What can be wrong with how the program is called. */
export const cliErrors = [
  'usage',
  'config-unreadable',
  'config-unknown',
  'file-unreadable',
  'file-unwritable',
  'git-unreachable',
  'git-not-found',
  'undo-refused',
] as const;

export const cliError = errorsOf(cliErrors);
