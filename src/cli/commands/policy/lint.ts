import { buildCommand } from '@stricli/core';
import { policyFilesAt, readPolicyFile } from '#cli/checking/policies.ts';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { printable } from '#documents/table/layout.ts';
import { BullaError } from '#kit/error.ts';
import { loadPolicy } from '#policy/load.ts';
import type { PolicyDocument } from '#policy/policy.ts';

const formats = ['text', 'json'] as const;

/** What is said of one document. */
interface Linted {
  readonly origin: string;
  readonly policy?: string;
  readonly language?: string;
  readonly remarks: readonly string[];
  readonly problem?: { readonly code: string; readonly message: string; readonly hint?: string };
}

export const lint = buildCommand<FormatFlags, string[], Context>({
  docs: {
    brief: 'check policies without asking anything of them',
    fullDescription: [
      'Says of each policy whether it is understood whole, and what whoever wrote it should know.',
      'Exit code 1 if one is not understood: nothing of it would be in force.',
    ].join('\n'),
  },
  parameters: {
    flags: formatFlags(formats),
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'files and folders', parse: String, placeholder: 'FILE|DIR' } },
  },
  async func(flags, ...paths) {
    const format = chosenFormat(flags, formats);
    if (paths.length === 0) throw cliError('usage', 'no policy was named', { hint: 'bulla policy lint FILE' });
    const files = await Promise.all((await policyFilesAt(paths)).map(readFile));
    const documents = files.flatMap((file) => ('documents' in file ? file.documents : []));
    const linted = await Promise.all(
      files.flatMap((file) =>
        'documents' in file ? file.documents.map((document) => lintOne(document, documents)) : [Promise.resolve(file)],
      ),
    );
    this.process.stdout.write(format === 'json' ? toJson({ schemaVersion: 1, policies: linted }) : textOf(linted));
    this.process.exitCode = linted.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.passed;
  },
});

/** A file that cannot be read keeps no other from being checked. */
async function readFile(file: string): Promise<{ readonly documents: readonly PolicyDocument[] } | Linted> {
  try {
    return { documents: await readPolicyFile(file) };
  } catch (error) {
    return problemOf(file, error);
  }
}

async function lintOne(document: PolicyDocument, all: readonly PolicyDocument[]): Promise<Linted> {
  const { origin } = document;
  try {
    const policy = await loadPolicy(document, all);
    if (policy === undefined) return { origin, remarks: [] };
    return { origin, policy: policy.name, language: policy.language, remarks: policy.remarks.map(({ en }) => en) };
  } catch (error) {
    return problemOf(origin, error);
  }
}

function problemOf(origin: string, error: unknown): Linted {
  if (!(error instanceof BullaError)) throw error;
  const { code, message, hint } = error;
  return { origin, remarks: [], problem: { code, message, hint } };
}

function textOf(linted: readonly Linted[]): string {
  const lines = linted.flatMap(({ origin, policy, language, remarks, problem }) => [
    problem === undefined
      ? `ok    ${printable(origin)}  ${policy === undefined ? 'belongs to a policy' : `${policy} (${language})`}`
      : `FAIL  ${printable(origin)}  ${problem.code}: ${printable(problem.message)}`,
    ...(problem?.hint === undefined ? [] : [`      try  ${printable(problem.hint)}`]),
    ...remarks.map((remark) => `      note  ${printable(remark)}`),
  ]);
  return `${lines.join('\n')}\n`;
}
