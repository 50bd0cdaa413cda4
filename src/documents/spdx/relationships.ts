import type { Package } from '#inventory/package.ts';
import { sourceId } from './elements.ts';

/**
 * What holds what, and what was built from what (SPDX 2.3, clause 11). Nothing is said of what packages need of each other: that
 * was not looked at.
 *
 * @param ids those of the packages, in their order
 * @param parts ids of whatever else the image holds
 */
export function relationshipsOf(
  packages: readonly Package[],
  ids: readonly string[],
  parts: readonly string[],
  image: string,
): object[] {
  const byPurl = new Map<string, string>();
  for (const [index, { purl }] of packages.entries()) if (!byPurl.has(purl)) byPurl.set(purl, ids[index] ?? '');
  return [
    relationship('SPDXRef-DOCUMENT', 'DESCRIBES', image),
    ...[...parts, ...ids].map((id) => relationship(image, 'CONTAINS', id)),
    ...packages.flatMap(({ ownedBy }, index) => {
      const owner = ownedBy === undefined ? undefined : byPurl.get(ownedBy);
      return owner === undefined || owner === ids[index] ? [] : [relationship(owner, 'CONTAINS', ids[index])];
    }),
    ...packages.flatMap((pkg, index) =>
      pkg.source === undefined ? [] : [relationship(ids[index], 'GENERATED_FROM', sourceId(pkg))],
    ),
  ];
}

function relationship(from: string | undefined, relationshipType: string, to: string | undefined): object {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}
