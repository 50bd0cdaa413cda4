import { createSurroundings } from '#cli/checking/surroundings.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { runKyvernoTest } from '#policy/languages/kyverno/test/run-kyverno-test.ts';
import { noResources } from '#policy/surroundings.ts';
import type { TestKind } from './kind.ts';

/** Tests of the kyverno command line, as they are. */
export const kyverno: TestKind = {
  isTest: ({ body }) =>
    typeof body['apiVersion'] === 'string' &&
    body['apiVersion'].startsWith('cli.kyverno.io/') &&
    body['kind'] === 'Test',
  // As kyverno itself has it: a test of another name is turned off.
  isFound: (fileName) => /^kyverno-test\.ya?ml$/.test(fileName),
  async run(_document, file, settings, io) {
    const surroundings = createSurroundings({ settings, trust: {}, resources: noResources }, io, new Date());
    const results = await runKyvernoTest(file, {
      readFile: async (path) => (await readFileNamed(path)).toString('utf8'),
      surroundings,
    });
    return results.map(({ policy, rule, kind, resource, expected, actual, isAsExpected, detail }) => ({
      name: `${policy}${rule === '' ? '' : `/${rule}`}: ${kind}/${resource} ${expected}`,
      passed: isAsExpected,
      difference: isAsExpected ? undefined : `got ${actual}${detail === '' ? '' : `: ${detail}`}`,
    }));
  },
};
