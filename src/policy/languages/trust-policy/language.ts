import type { Language } from '#policy/policy.ts';
import { compileTrustPolicy } from './compile.ts';
import { apiVersion } from './schema.ts';

/** Our own language. */
export const trustPolicy: Language = {
  name: 'trust-policy',
  isPolicy: ({ apiVersion: version, kind }) => isOurs(version) && !isBeside(kind),
  isCompanion: ({ apiVersion: version, kind }) => isOurs(version) && isBeside(kind),
  compile: compileTrustPolicy,
};

/** Every version of the group is ours, so that a wrong one is refused with what is right. */
function isOurs(version: unknown): boolean {
  return typeof version === 'string' && version.split('/')[0] === apiVersion.split('/')[0];
}

/** Exceptions and tests lie beside policies. */
function isBeside(kind: unknown): boolean {
  return kind === 'TrustException' || kind === 'PolicyTest';
}
