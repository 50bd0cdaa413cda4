import type { UsedFeed } from '#findings/finding.ts';
import type { ReportFormat } from '#documents/format.ts';
import type { Report } from '#documents/report.ts';
import { makeBom } from './bom.ts';
import { writeIdentified } from '#documents/derived-uuid.ts';
import { imageNameOf } from '#documents/image-name.ts';
import { gapProperties, type Property } from '#documents/properties.ts';
import { publicFeed } from '#documents/used-feed.ts';
import { cyclonedx16, type CyclonedxVersion } from './versions.ts';
import { describeVulnerability } from './vulnerability.ts';

/**
 * CycloneDX (ECMA-424) as JSON: what is in an image, and the flaws of that. Its time is that of the scan, because what is known of
 * flaws changes.
 */
export const cyclonedxReport: ReportFormat = {
  name: 'cyclonedx-json',
  write: (report) => writeIdentified(makeReport(report, cyclonedx16)),
};

/** Makes a CycloneDX document of a report, ready to be written by `writeIdentified`. */
export function makeReport(report: Report, spec: CyclonedxVersion): object {
  const { subject, inventory, tool, matched, created } = report;
  const { document, refOf } = makeBom(
    {
      subject,
      name: imageNameOf(subject),
      inventory,
      tool,
      timestamp: created,
      properties: [
        ...matched.gaps.flatMap(gapProperties),
        ...matched.notes.map((value) => ({ name: 'bulla:note', value })),
        ...matched.feeds.map(feedProperty),
      ],
    },
    spec,
  );
  const vulnerabilities = matched.findings.map((finding) =>
    describeVulnerability(finding, refOf(finding.package), spec),
  );
  return { ...document, vulnerabilities };
}

/** Which advisories were asked, and how old they were. */
function feedProperty(used: UsedFeed): Property {
  const { feed, part, source, checked, newest, records } = publicFeed(used);
  const facts = [`from ${source}`, `checked ${checked}`, newest && `newest ${newest}`, `${records} records`];
  return {
    name: 'bulla:feed',
    value: `${[feed, part].filter(Boolean).join(' ')}: ${facts.filter(Boolean).join(', ')}`,
  };
}
