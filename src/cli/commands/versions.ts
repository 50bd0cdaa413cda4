import { buildCommand } from '@stricli/core';
import { compareVersions, findScheme, schemes, type SchemeName } from '#versions/index.ts';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { readLines } from '#kit/lines.ts';

type NoFlags = Record<string, never>;

const names = schemes.map(({ name }) => name).toSorted();

export default buildCommand<NoFlags, string[], Context>({
  docs: {
    brief: 'how the versions of an ecosystem compare',
    fullDescription: [
      'Compares two versions as the ecosystem does, and prints <, = or >; ? if it cannot read one of them (exit code 3).',
      'Without versions, reads pairs from standard input, one a line with a tab between them, and prints a line for each.',
      '',
      `Schemes: ${names.join(' ')}`,
    ].join('\n'),
  },
  parameters: {
    flags: {},
    positional: {
      kind: 'array',
      parameter: { brief: 'scheme, and two versions', parse: String, placeholder: 'SCHEME A B' },
    },
  },
  async func(_flags, schemeName, ...pair) {
    const { stdin, stdout } = this.process;
    const scheme = schemeName === undefined ? undefined : findScheme(schemeName)?.name;
    if (scheme === undefined) {
      throw cliError('usage', `there is no version scheme "${schemeName ?? ''}"`, {
        hint: `choose from: ${names.join(' ')}`,
      });
    }
    if (pair.length === 2) {
      const answer = relation(scheme, pair[0] ?? '', pair[1] ?? '');
      stdout.write(`${answer}\n`);
      this.process.exitCode = answer === '?' ? exitCodes.unknown : exitCodes.passed;
    } else if (pair.length === 0) {
      for await (const lines of readLines(stdin))
        stdout.write(lines.map((line) => `${relationOfLine(scheme, line)}\n`).join(''));
    } else throw cliError('usage', `two versions are compared, not ${pair.length}`);
  },
});

function relationOfLine(scheme: SchemeName, line: string): string {
  const [a, b, ...more] = line.split('\t');
  return a === undefined || b === undefined || more.length > 0 ? '?' : relation(scheme, a, b);
}

function relation(scheme: SchemeName, a: string, b: string): '<' | '=' | '>' | '?' {
  const order = compareVersions(scheme, a, b);
  if (order === undefined) return '?';
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}
