import { dirname, resolve } from 'node:path';
import { readSubjects } from '#cli/checking/check-subjects.ts';
import { decideSubjects, resourcesOf } from '#cli/checking/decide-subjects.ts';
import { readPolicies } from '#cli/checking/policies.ts';
import { createSurroundings } from '#cli/checking/surroundings.ts';
import type { CliProcess } from '#cli/context.ts';
import type { Settings } from '#cli/settings.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { isPolicyTest, readPolicyTest, type PolicyTest, type PolicyTestCase } from '#policy/policy-test.ts';
import { objectionsOf, type Check } from '#policy/reports/check-report.ts';
import type { TestKind, TestResult } from './kind.ts';

/** Tests of our own, for policies of any language. */
export const ours: TestKind = {
  isTest: isPolicyTest,
  isFound: () => true,
  run: (document, file, settings, io) => runPolicyTest(readPolicyTest(document), file, settings, io),
};

/** Runs the cases of a test, with files and images beside it. @throws what keeps it from running at all */
async function runPolicyTest(
  test: PolicyTest,
  file: string,
  settings: Settings,
  io: CliProcess,
): Promise<readonly TestResult[]> {
  const beside = (path: string) => resolve(dirname(file), path);
  const policies = await readPolicies(test.policies.map(beside));
  const local = new Map(
    Object.entries(test.evidence ?? {}).map(([reference, source]) => [
      formatReference(parseReference(reference)),
      sourceBeside(source, beside),
    ]),
  );
  const results: TestResult[] = [];
  for (const one of test.cases) {
    const { subjects, objects } = await readCase(one, beside, io);
    const surroundings = createSurroundings(
      {
        settings,
        trust: { trustedRoot: test.trustedRoot === undefined ? undefined : beside(test.trustedRoot) },
        keys: test.keys === undefined ? undefined : beside(test.keys),
        resources: resourcesOf(objects),
        local,
      },
      io,
      test.now === undefined ? new Date() : new Date(test.now),
    );
    const { checks } = await decideSubjects(policies, subjects, surroundings);
    results.push(judge(one, checks));
  }
  return results;
}

function sourceBeside(source: string, beside: (path: string) => string): string {
  const colon = source.indexOf(':');
  return `${source.slice(0, colon + 1)}${beside(source.slice(colon + 1))}`;
}

async function readCase(
  { images, manifests, place }: PolicyTestCase,
  beside: (path: string) => string,
  io: CliProcess,
) {
  const asked = { gate: 'admission' as const, ...place };
  if (manifests !== undefined) return readSubjects(manifests.map(beside), { place: asked, imagePaths: [] }, io);
  const subjects = (images ?? []).map((image) => ({
    subject: image,
    question: { place: asked, images: [{ image }], imagePaths: [] },
    outcomes: [],
  }));
  return { subjects, objects: [] };
}

function judge({ name, expect, reasons }: PolicyTestCase, checks: readonly Check[]): TestResult {
  if (checks.length === 0) return { name, passed: false, difference: 'it asks about nothing' };
  const differences = checks.flatMap(({ subject, verdict }) => {
    const objections = objectionsOf(verdict);
    const codes = [...new Set(objections.map(({ reason }) => reason.code))].toSorted();
    const isExpected = verdict.verdict === expect && (reasons === undefined || isSame(codes, reasons.toSorted()));
    const because = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
    const wanted = reasons === undefined ? '' : ` (${reasons.toSorted().join(', ')})`;
    return isExpected ? [] : [`${subject}: expected ${expect}${wanted}, got ${verdict.verdict}${because}`];
  });
  return { name, passed: differences.length === 0, difference: differences[0] };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
