import { asObject } from '#kit/narrow.ts';
import type { Language, PolicyDocument } from '#policy/policy.ts';
import { compileConnaisseur } from './compile.ts';

/** Connaisseur's configuration, version 3. See docs/connaisseur.md. */
export const connaisseur: Language = {
  name: 'connaisseur',
  isPolicy,
  isCompanion: () => false,
  compile: compileConnaisseur,
};

/** It has no kind: it is known by its fields. */
function isPolicy(body: PolicyDocument['body']): boolean {
  if ('kind' in body || 'apiVersion' in body) return false;
  const fields = asObject(body['application']) ?? body;
  return Array.isArray(fields['validators']) || (fields !== body && Array.isArray(fields['policy']));
}
