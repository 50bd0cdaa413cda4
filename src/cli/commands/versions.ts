import { buildCommand } from '@stricli/core';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { chosenFormat, formatFlags, type FormatFlags } from '#cli/output.ts';
import { readLines } from '#kit/lines.ts';
import { compareVersions, findScheme, schemes, type SchemeName } from '#versions/index.ts';

const formats = ['text', 'json'] as const;
const names = schemes.map(({ name }) => name).toSorted();

export default buildCommand<FormatFlags, string[], Context>({
  docs: {
    brief: 'how the versions of an ecosystem compare',
    fullDescription: [
      'Compares two versions as the ecosystem does, and prints <, = or >; ? if it cannot read one of them (exit code 3).',
      'Without versions, reads pairs from standard input, one a line with a tab between them, and prints a line for each.',
      '',
      `Schemes: ${names.join(' ')}`,
    ].join('\n'),
    customUsage: ['SCHEME A B', 'SCHEME < PAIRS'],
  },
  parameters: {
    flags: formatFlags(formats),
    aliases: { f: 'format' },
    positional: {
      kind: 'array',
      parameter: { brief: 'scheme, and two versions', parse: String, placeholder: 'SCHEME [A B]' },
    },
  },
  async func(flags, schemeName, ...pair) {
    const { stdin, stdout } = this.process;
    const write = writers[chosenFormat(flags, formats)];
    const scheme = schemeName === undefined ? undefined : findScheme(schemeName)?.name;
    if (scheme === undefined) {
      throw cliError('usage', `there is no version scheme "${schemeName ?? ''}"`, {
        hint: `choose from: ${names.join(' ')}`,
      });
    }
    if (pair.length === 2) {
      const compared = compare(scheme, pair[0] ?? '', pair[1] ?? '');
      stdout.write(write(compared));
      this.process.exitCode = compared.relation === '?' ? exitCodes.unknown : exitCodes.passed;
    } else if (pair.length === 0) {
      for await (const lines of readLines(stdin)) {
        stdout.write(lines.map((line) => write(compareLine(scheme, line))).join(''));
      }
    } else throw cliError('usage', `two versions are compared, not ${pair.length}`);
  },
});

interface Compared {
  readonly scheme: SchemeName;
  readonly a: string;
  readonly b: string;
  /** `?` if the scheme cannot read one of them. */
  readonly relation: '<' | '=' | '>' | '?';
}

const writers: Readonly<Record<(typeof formats)[number], (compared: Compared) => string>> = {
  text: ({ relation }) => `${relation}\n`,
  json: (compared) => `${JSON.stringify(compared)}\n`,
};

function compareLine(scheme: SchemeName, line: string): Compared {
  const [a = '', b, ...more] = line.split('\t');
  return b === undefined || more.length > 0 ? { scheme, a: line, b: '', relation: '?' } : compare(scheme, a, b);
}

function compare(scheme: SchemeName, a: string, b: string): Compared {
  const order = compareVersions(scheme, a, b);
  return { scheme, a, b, relation: order === undefined ? '?' : order < 0 ? '<' : order > 0 ? '>' : '=' };
}
