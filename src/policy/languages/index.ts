import type { Language } from '#policy/policy.ts';
import { clusterImagePolicy } from './cluster-image-policy/language.ts';
import { connaisseur } from './connaisseur/language.ts';
import { kyverno } from './kyverno/language.ts';
import { kyvernoCel } from './kyverno-cel/language.ts';
import { trustPolicy } from './trust-policy/language.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy/language.ts';

/** Every language there is. To add one, write its folder and name it here. */
export const languages: readonly Language[] = [
  trustPolicy,
  kyverno,
  kyvernoCel,
  validatingAdmissionPolicy,
  clusterImagePolicy,
  connaisseur,
];
