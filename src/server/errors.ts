import { errorsOf } from '#kit/error.ts';

/** What can be wrong with a server, and with what it is to be run on. */
export const serverErrors = [
  'memory-unusable',
  'certificate-unusable',
  'time-is-up',
  'cluster-unreachable',
  'cluster-refused',
] as const;

export const serverError = errorsOf(serverErrors);
