import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildCommand } from '@stricli/core';
import { testKinds } from '#cli/checking/policy-tests/index.ts';
import type { TestKind, TestResult } from '#cli/checking/policy-tests/kind.ts';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { sourceFlags, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { painter, printable } from '#documents/table/layout.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import { readDocuments } from '#policy/documents.ts';
import type { PolicyDocument } from '#policy/policy.ts';

interface Flags extends SourceFlags, FormatFlags {}

const formats = ['text', 'json'] as const;

export const test = buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'run the tests that lie beside policies',
    fullDescription: [
      'Runs files of tests (kind: PolicyTest, and those of the kyverno command line as they are); in folders all that there are.',
      'Exit code 1 if one fails, or if there is none.',
    ].join('\n'),
  },
  parameters: {
    flags: { ...sourceFlags, ...formatFlags(formats) },
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'files and folders', parse: String, placeholder: 'FILE|DIR' } },
  },
  async func(flags, ...paths) {
    const format = chosenFormat(flags, formats);
    if (paths.length === 0) throw cliError('usage', 'no test was named', { hint: 'bulla policy test DIR' });
    const settings = await readSettings(this.process, flags);
    const files = (await Promise.all(paths.map(filesAt))).flat();
    const tested: TestedFile[] = [];
    for (const file of files) {
      const found = await testsIn(file, paths.includes(file));
      for (const { kind, document } of found) {
        const results = await kind.run(document, file, settings, this.process).catch(failed);
        tested.push({ file: document.origin, results });
      }
    }
    const results = tested.flatMap((one) => one.results);
    this.process.stdout.write(
      format === 'json' ? toJson({ schemaVersion: 1, tests: tested }) : textOf(tested, usesColour(this.process)),
    );
    const isFine = results.length > 0 && results.every(({ passed }) => passed);
    this.process.exitCode = isFine ? exitCodes.passed : exitCodes.failed;
  },
});

interface TestedFile {
  readonly file: string;
  readonly results: readonly TestResult[];
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

interface FoundTest {
  readonly kind: TestKind;
  readonly document: PolicyDocument;
}

/** In a folder there are other files, too, which need not even be YAML. */
async function testsIn(file: string, isNamed: boolean): Promise<readonly FoundTest[]> {
  const text = await readFile(file, 'utf8');
  if (!isNamed && !/kind["']?\s*:\s*["']?(?:PolicyTest|Test)\b/.test(text)) return [];
  const tests = readDocuments(text, file).flatMap((document) => {
    const kind = testKinds.find((one) => one.isTest(document) && (isNamed || one.isFound(basename(file))));
    return kind === undefined ? [] : [{ kind, document }];
  });
  if (tests.length > 0 || !isNamed) return tests;
  throw cliError('usage', `${file} has no tests`, {
    hint: 'a test has kind: PolicyTest; docs/policy.md has an example',
  });
}

/** A test that cannot run has failed. */
function failed(error: unknown): readonly TestResult[] {
  if (!(error instanceof BullaError)) throw error;
  return [{ name: 'it can be run', passed: false, difference: `${error.code}: ${error.message}` }];
}

function textOf(tested: readonly TestedFile[], colour: boolean): string {
  const paint = painter(colour);
  const lines = tested.flatMap(({ file, results }) => [
    printable(file),
    ...results.flatMap(({ name, passed, difference }) => [
      `  ${passed ? paint('ok  ', 'green') : paint('FAIL', 'red')}  ${printable(name)}`,
      ...(difference === undefined ? [] : [`        ${printable(difference)}`]),
    ]),
  ]);
  const results = tested.flatMap((one) => one.results);
  const wrong = results.filter(({ passed }) => !passed).length;
  const summary = results.length === 0 ? 'there are no tests' : `${results.length} tests, ${wrong} failed`;
  return `${[...lines, summary].join('\n')}\n`;
}
