import { errorsOf } from '#kit/error.ts';

/** Everything that can go wrong between a feed and the local database. */
export const advisoryErrors = [
  'feed-unknown',
  'feed-unreachable',
  'feed-not-found',
  'feed-invalid',
  'feed-shrunk',
  'feed-too-large',
  'database-unreadable',
  'database-unwritable',
  'database-archive-invalid',
] as const;

export const advisoryError = errorsOf(advisoryErrors);
