import assert from 'node:assert/strict';
import { parseDigest } from '#kit/digest.ts';
import { parseReference, type Reference } from '#image/reference.ts';
import type { Report } from '#documents/report.ts';
import type { Described, Evidence } from '#policy/evidence/evidence.ts';
import { noResources } from '#policy/surroundings.ts';
import type { AskedImage, ImageRule } from './rule.ts';
import { ruleKinds } from './rules/index.ts';
import { readTrust } from './trust.ts';

/** What a test says of an image; asking for anything else fails it. */
export interface AskedParts {
  readonly reference?: Reference;
  readonly described?: Described;
  readonly report?: Report;
}

/** An image that is asked about on 15 January 2026, on the command line. */
export function askedImage({ reference = parseReference('nginx:1.27'), described, report }: AskedParts): AskedImage {
  const evidence: Evidence = {
    reference,
    resolve: () =>
      Promise.resolve({ digest: parseDigest(`sha256:${'a'.repeat(64)}`) ?? assert.fail(), isIndex: false }),
    describe: () => Promise.resolve(described ?? assert.fail('nothing asks for the configuration')),
    stored: () => assert.fail('nothing asks for signatures'),
    scan: () => Promise.resolve(report ?? assert.fail('nothing asks for a scan')),
  };
  return {
    use: { image: 'nginx:1.27' },
    reference,
    evidence,
    allowances: [],
    question: { place: { gate: 'check' }, images: [], imagePaths: [] },
    surroundings: {
      now: new Date('2026-01-15T00:00:00Z'),
      evidenceOf: () => evidence,
      trustRoot: () => assert.fail('nothing asks for trust'),
      key: () => assert.fail('nothing asks for a key'),
      resources: noResources,
    },
  };
}

/** Compiles what stands in the field of a rule. */
export function readRule(name: string, written: unknown): ImageRule {
  const kind = ruleKinds.find((one) => one.name === name) ?? assert.fail(`there is no rule ${name}`);
  return kind.compile(written, { trust: readTrust(undefined) });
}

/** A report of packages that state these licences. */
export function reportOf(stated: readonly (readonly string[])[]): Report {
  const packages = stated.map((licenses, index) => ({
    purl: `pkg:npm/p${index}@1.0.0`,
    type: 'npm' as const,
    name: `p${index}`,
    version: '1.0.0',
    licenses,
    location: '',
    layer: 0,
    files: [],
    foundBy: 'npm',
  }));
  return {
    tool: { name: 'bulla', version: '' },
    created: '2026-01-15T00:00:00Z',
    subject: { reference: 'nginx' },
    inventory: {
      layers: [],
      packages,
      coverage: {
        sources: [],
        executables: { total: 0, unknown: [], opaqueTotal: 0, scriptTotal: 0 },
        unread: [],
        skipped: [],
        gaps: [],
      },
    },
    matched: { findings: [], gaps: [], notes: [], feeds: [] },
  };
}
