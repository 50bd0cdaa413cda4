import { errorsOf } from '#kit/error.ts';

/** Everything that can go wrong between a reference and the files of its layers. */
export const imageErrors = [
  'reference-invalid',
  'source-not-found',
  'source-unreadable',
  'source-unsupported',
  'offline',
  'archive-invalid',
  'engine-unreachable',
  'image-not-found',
  'platform-not-found',
  'platform-invalid',
  'manifest-invalid',
  'manifest-too-large',
  'manifest-unsupported',
  'config-invalid',
  'index-too-deep',
  'digest-mismatch',
  'size-mismatch',
  'layer-corrupt',
  'layer-unsupported',
  'layer-bomb',
  'registry-unreachable',
  'registry-unauthorized',
  'registry-denied',
  'registry-write-denied',
  'registry-write-lost',
  'registry-not-found',
  'registry-rate-limited',
  'registry-failed',
  'registry-redirect-refused',
  'credentials-unreadable',
] as const;

export const imageError = errorsOf(imageErrors);
