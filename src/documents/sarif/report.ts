import { writeJson } from '#documents/derived-uuid.ts';
import { imageNameOf } from '#documents/image-name.ts';
import { publicFeed } from '#documents/used-feed.ts';
import type { ReportFormat } from '#documents/format.ts';
import type { Report } from '#documents/report.ts';
import { imageBaseId } from './image-path.ts';
import { describeRun } from './invocation.ts';
import { makeResult } from './result.ts';
import { makeRules } from './rules.ts';
import { plain } from './text.ts';

/** SARIF 2.1.0 as JSON, within the limits of GitHub code scanning. */
export const sarif: ReportFormat = { name: 'sarif', write: (report) => writeJson(makeLog(report)) };

/** GitHub refuses a run with more results; of these it shows the 5,000 most severe. */
const mostResults = 25_000;

function makeLog(report: Report): object {
  const { tool, subject, inventory, matched } = report;
  const { name } = imageNameOf(subject);
  // The most urgent come first, so that those left out are the least.
  const findings = matched.findings.slice(0, mostResults);
  const { rules, indexOf } = makeRules(findings);
  const { invocation, kinds } = describeRun(report, matched.findings.length - findings.length);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, notifications: kinds, rules } },
        // One category an image, whatever its tag, so that logs of several images do not replace each other on GitHub.
        automationDetails: { id: `${tool.name}/${name}/` },
        invocations: [invocation],
        originalUriBaseIds: {
          [imageBaseId]: { description: { text: plain.prose(`the root of the file system of ${name}`) } },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => makeResult(finding, indexOf(finding.id), inventory.layers)),
        properties: { image: describeImage(report), feeds: matched.feeds.map(publicFeed) },
      },
    ],
  };
}

function describeImage({ subject, inventory }: Report): object {
  const { reference, digest, indexDigest, id, platform, created } = subject;
  return { reference, digest, indexDigest, id, platform, created, distribution: inventory.distribution };
}
