import type { Explanation } from '#findings/explanation.ts';
import type { Gap } from '#inventory/coverage.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Subject } from '#documents/report.ts';
import { findingOf, imageOf, packageOf } from './elements.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 1;

/** An explanation as `schemas/explanation.schema.json` describes it. */
export function explanationToJson(
  { flaw, reported, notReported, silent }: Explanation,
  { subject, inventory, gaps }: ExplainedImage,
) {
  return {
    schemaVersion,
    flaw,
    image: imageOf(subject),
    reported: reported.map((finding) => findingOf(finding, inventory)),
    notReported: notReported.map(({ package: pkg, why }) => ({ package: packageOf(pkg, inventory), why })),
    silent: silent.map(({ package: pkg, searched }) => ({ package: packageOf(pkg, inventory), searched })),
    gaps,
  };
}

/** What an explanation is about, and what could not be looked at there. */
export interface ExplainedImage {
  readonly subject: Subject;
  readonly inventory: Inventory;
  readonly gaps: readonly Gap[];
}
