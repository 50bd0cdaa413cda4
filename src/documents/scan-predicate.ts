import { parseJson } from '#kit/narrow.ts';
import { json } from './json/report.ts';
import type { Report } from './report.ts';

/**
 * A report as what an attestation states (cosign, specs/COSIGN_VULN_ATTESTATION_SPEC.md): the scanner, what it knew, and its result,
 * which is our own report.
 */
export function scanPredicate(report: Report): { readonly type: string; readonly content: object } {
  const { tool, created, matched } = report;
  const checked = matched.feeds.map((feed) => feed.checked).toSorted();
  return {
    type: 'https://cosign.sigstore.dev/attestation/vuln/v1',
    content: {
      invocation: { parameters: [], uri: '', event_id: '', 'builder.id': '' },
      scanner: {
        uri: `pkg:generic/${tool.name}@${tool.version}`,
        version: tool.version,
        db: { uri: matched.feeds.map(({ source }) => source).join(' '), version: '', lastUpdate: checked[0] ?? '' },
        result: parseJson(json.write(report, { colour: false, all: true })),
      },
      metadata: { scanStartedOn: created, scanFinishedOn: created },
    },
  };
}
