import { unwrittenUuid, writeIdentified } from '#documents/derived-uuid.ts';
import { identifyPackages } from '#documents/package-ids.ts';
import { validTime } from '#documents/valid-time.ts';
import { coverageProperties, gapProperties, type Property } from '#documents/properties.ts';
import type { SbomFormat } from '#documents/format.ts';
import type { Tool } from '#documents/report.ts';
import type { SbomSubject } from '#documents/sbom-subject.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { declaredLicense, type ExtractedLicense } from '#documents/licenses/declared-license.ts';
import {
  imageElement,
  imageId,
  layerElement,
  layerId,
  operatingSystemElement,
  operatingSystemId,
  packageElement,
  packageId,
  sourceElement,
  sourceId,
} from './elements.ts';
import { relationshipsOf } from './relationships.ts';
import { spdx23, type SpdxVersion } from './versions.ts';

/**
 * SPDX as JSON. The time of the document is that of the image, and its namespace comes from its content: the same image gives the
 * same bytes.
 */
export const spdxSbom: SbomFormat = {
  name: 'spdx-json',
  write: (subject, inventory, tool) => writeIdentified(makeDocument(subject, inventory, tool, spdx23)),
};

/** Makes an SPDX document of what is in an image, ready to be written by `writeIdentified`. */
export function makeDocument(subject: SbomSubject, inventory: Inventory, tool: Tool, spec: SpdxVersion): object {
  const { packages, layers, distribution, coverage } = inventory;
  const built = spdxTime(subject.created);
  const created = built ?? epoch;
  const creator = `Tool: ${tool.name}-${tool.version}`;
  const annotate = (about: readonly Property[]) => ({
    annotationDate: created,
    annotationType: 'OTHER',
    annotator: creator,
    comment: annotationText(about),
  });
  const context = { spec, annotate };
  const ids = identifyPackages(packages).all;
  const licenses = packages.map((pkg) => declaredLicense(pkg.licenses));
  const sources = new Map(packages.filter(({ source }) => source !== undefined).map((pkg) => [sourceId(pkg), pkg]));
  return {
    spdxVersion: spec.version,
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    // Before anything foreign, so that the UUID takes the right place.
    documentNamespace: `https://spdx.org/spdxdocs/bulla-${unwrittenUuid}`,
    name: subject.name.name,
    creationInfo: {
      created,
      creators: [creator],
      comment:
        built === undefined
          ? 'The image does not say when it was made, so the time is the epoch: the same image gives the same document.'
          : 'The time is that at which the image was made: the same image gives the same document.',
    },
    packages: [
      imageElement(subject, context, built),
      ...(distribution === undefined ? [] : [operatingSystemElement(distribution, context)]),
      ...layers.map((layer) => layerElement(layer, context)),
      ...packages.map((pkg, index) =>
        packageElement(pkg, ids[index] ?? '', licenses[index] ?? declaredLicense([]), inventory, context),
      ),
      ...[...sources.values()].map((pkg) => sourceElement(pkg, spec)),
    ],
    hasExtractedLicensingInfos: extractedLicenses(licenses.flatMap(({ extracted }) => extracted)),
    relationships: relationshipsOf(
      packages,
      packages.map((pkg, index) => packageId(pkg, ids[index] ?? '')),
      [...(distribution === undefined ? [] : [operatingSystemId]), ...layers.map(layerId)],
      imageId,
    ),
    annotations: [coverageProperties(inventory), ...coverage.gaps.map(gapProperties)].map(annotate),
  };
}

/** Stands for a time that is not known, where one must be given. */
const epoch = '1970-01-01T00:00:00Z';

/** The time in the one form that SPDX allows: UTC, whole seconds. */
function spdxTime(text: string | undefined): string | undefined {
  const time = Date.parse(validTime(text) ?? '');
  const written = Number.isNaN(time) ? '' : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  return /^\d{4}-/.test(written) ? written : undefined;
}

/** Properties as one JSON object, since SPDX has no place of its own for them; a name that comes several times has a list. */
function annotationText(about: readonly Property[]): string {
  const values = new Map<string, string | string[]>();
  for (const { name, value: written } of about) {
    const value = written.toWellFormed();
    const before = values.get(name);
    values.set(name, before === undefined ? value : [before, value].flat());
  }
  return JSON.stringify(Object.fromEntries(values));
}

function extractedLicenses(extracted: readonly ExtractedLicense[]): ExtractedLicense[] | undefined {
  const unique = new Map(extracted.map((license) => [license.licenseId, license]));
  return unique.size === 0 ? undefined : [...unique.values()].toSorted((a, b) => (a.licenseId < b.licenseId ? -1 : 1));
}
