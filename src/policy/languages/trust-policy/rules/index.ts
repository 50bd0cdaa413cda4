import type { RuleKind } from '#policy/languages/trust-policy/rule.ts';
import { age } from './age.ts';
import { attestations } from './attestations.ts';
import { baseImage } from './base-image.ts';
import { expressions } from './expressions.ts';
import { licenses } from './licenses.ts';
import { pinned } from './pinned.ts';
import { provenance } from './provenance.ts';
import { registries } from './registries.ts';
import { sbom } from './sbom.ts';
import { signatures } from './signatures.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** Every kind of rule, the cheapest first. To add one, write its file and name it here. */
export const ruleKinds: readonly RuleKind[] = [
  pinned,
  registries,
  signatures,
  attestations,
  sbom,
  provenance,
  age,
  baseImage,
  vulnerabilities,
  licenses,
  expressions,
];
