import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import type { Subject, Tool } from '#documents/report.ts';
import {
  imageComponent,
  imageRef,
  operatingSystemComponent,
  operatingSystemRef,
  packageComponent,
  packageRef,
} from './component.ts';
import { unwrittenUuid } from '#documents/derived-uuid.ts';
import type { ImageName } from '#documents/image-name.ts';
import { identifyPackages } from '#documents/package-ids.ts';
import { coverageProperties, gapProperties, type Property } from '#documents/properties.ts';
import { validTime } from '#documents/valid-time.ts';
import type { CyclonedxVersion } from './versions.ts';

/** What a bill of materials is made of. */
export interface BomContent {
  /** The image; where it comes from, only if the document shall tell it. */
  readonly subject: Partial<Subject>;
  readonly name: ImageName;
  readonly inventory: Inventory;
  readonly tool: Tool;
  /** When the document came to be, RFC 3339; left out if it is no such time. */
  readonly timestamp: string | undefined;
  /** More of it, after what every document says of itself. */
  readonly properties?: readonly Property[];
}

/** A bill of materials, and how its packages are referred to. */
export interface Bom {
  readonly document: object;
  readonly refOf: (pkg: Package) => string;
}

/**
 * Makes a CycloneDX document of what is in an image. It is a value ready to be written by `writeIdentified`, and nothing in it
 * comes from a clock or from chance.
 */
export function makeBom(content: BomContent, spec: CyclonedxVersion): Bom {
  const { subject, inventory } = content;
  const { packages, distribution } = inventory;
  const ids = identifyPackages(packages);
  const refs = packages.map((pkg, index) => packageRef(pkg, ids.all[index] ?? ''));
  const document = {
    $schema: spec.schema,
    bomFormat: 'CycloneDX',
    specVersion: spec.version,
    serialNumber: `urn:uuid:${unwrittenUuid}`,
    version: 1,
    metadata: {
      timestamp: validTime(content.timestamp),
      lifecycles: spec.lifecycles ? [{ phase: 'post-build' }] : undefined,
      tools: describeTool(content.tool, spec),
      component: imageComponent(subject, content.name, inventory),
      properties: [
        ...coverageProperties(inventory),
        ...inventory.coverage.gaps.flatMap(gapProperties),
        ...(content.properties ?? []),
      ],
    },
    components: [
      ...(distribution === undefined ? [] : [operatingSystemComponent(distribution)]),
      ...packages.map((pkg, index) => packageComponent(pkg, ids.all[index] ?? '', inventory, spec)),
    ],
    ...relations(inventory, refs),
  };
  return { document, refOf: (pkg) => packageRef(pkg, ids.of(pkg)) };
}

function describeTool({ name, version }: Tool, { tools }: CyclonedxVersion): object {
  return tools === 'components' ? { components: [{ type: 'application', name, version }] } : [{ name, version }];
}

/**
 * The image depends on its operating system and packages; a package of the distribution on the packages of languages that it
 * brings. What packages need of each other was not looked at, so those that own none are left out, which means "unknown".
 *
 * Without gaps the list of components is still of `unknown` completeness, never `complete`: nobody can see from a finished image
 * whether a program has more in it than it says.
 */
function relations({ packages, distribution, coverage }: Inventory, refs: readonly string[]) {
  const byPurl = new Map<string, string>();
  for (const [index, { purl }] of packages.entries()) if (!byPurl.has(purl)) byPurl.set(purl, refs[index] ?? '');
  const top = distribution === undefined ? [] : [operatingSystemRef];
  const owned = new Map<string, string[]>();
  for (const [index, { ownedBy }] of packages.entries()) {
    const ref = refs[index] ?? '';
    const owner = ownedBy === undefined ? undefined : byPurl.get(ownedBy);
    const list = owner === undefined || owner === ref ? top : (owned.get(owner) ?? []);
    if (owner !== undefined && list !== top) owned.set(owner, list);
    list.push(ref);
  }
  const owners = [...owned.keys()];
  return {
    dependencies: [{ ref: imageRef, dependsOn: top }, ...[...owned].map(([ref, dependsOn]) => ({ ref, dependsOn }))],
    compositions: [
      {
        aggregate: coverage.gaps.length > 0 ? 'incomplete' : 'unknown',
        assemblies: [imageRef],
        dependencies: [imageRef],
      },
      ...(owners.length === 0 ? [] : [{ aggregate: 'incomplete', dependencies: owners }]),
    ],
  };
}
