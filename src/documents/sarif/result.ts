import { digestOf, hexOf } from '#kit/digest.ts';
import type { Finding } from '#findings/finding.ts';
import type { InventoryLayer } from '#inventory/inventory.ts';
import { recommend } from '#documents/recommendation.ts';
import { imageBaseId, imagePathUri } from './image-path.ts';
import { levelOf } from './level.ts';
import { plain } from './text.ts';

/** A finding as a result (SARIF 2.1.0, §3.27). */
export function makeResult(finding: Finding, ruleIndex: number | undefined, layers: readonly InventoryLayer[]): object {
  const { id, package: pkg } = finding;
  return {
    ruleId: id,
    ruleIndex,
    level: levelOf(finding),
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: imagePathUri(pkg.location), uriBaseId: imageBaseId },
          region: { startLine: 1 },
        },
        logicalLocations: [{ name: pkg.name, fullyQualifiedName: pkg.purl, kind: 'package' }],
      },
    ],
    partialFingerprints: fingerprintsOf(finding),
    properties: propertiesOf(finding, layers[pkg.layer]),
  };
}

/** The first sentence says enough where there is room for one only (§3.11.2). */
function messageOf(finding: Finding): string {
  const { name, prose } = plain;
  const { id, title, package: pkg, part, exploited, use, headersOnly } = finding;
  const about = title.replace(/[.\s]+$/, '');
  return [
    `${name(pkg.name)} ${name(pkg.version)} has ${name(id)}${about === '' ? '' : `: ${prose(about)}`}.`,
    `Found in ${name(pkg.location)}, layer ${pkg.layer}${part === 'base' ? ' of the base image' : ''}.`,
    exploited === undefined ? '' : 'It is known to be exploited.',
    use === 'absent' ? 'The program has none of the functions that the advisory names.' : '',
    headersOnly ? 'Only the headers of the kernel are here, not the kernel.' : '',
    prose(recommend(finding)),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/**
 * The same finding in the next scan has the same fingerprint; a new version of the package is a new finding, so that whoever
 * dismissed the old one is asked again. GitHub reads the first name only, and wants a number after the digest.
 */
function fingerprintsOf({ id, package: { purl, location } }: Finding): object {
  const hash = hexOf(digestOf(`${id}\0${purl}\0${location}`)).slice(0, 32);
  return { primaryLocationLineHash: `${hash}:1`, 'findingHash/v1': hash };
}

function propertiesOf(finding: Finding, layer: InventoryLayer | undefined): object {
  const { kind, aliases, package: pkg, severity, fix, exploited, epss, part, use, headersOnly, why } = finding;
  const { name, version, type, purl, source, location } = pkg;
  return {
    kind,
    aliases,
    package: { name, version, type, purl, source, location },
    layer: { index: pkg.layer, digest: layer?.digest, part },
    severity: { level: severity.level, score: severity.score, vector: severity.vector, source: severity.source },
    fix: { state: fix.state, versions: fix.versions, note: fix.note },
    exploited: exploited && { added: exploited.added, due: exploited.due, ransomware: exploited.ransomware },
    epss: epss && { score: epss.score, percentile: epss.percentile, date: epss.date },
    use,
    headersOnly,
    why: why.sentence,
  };
}
