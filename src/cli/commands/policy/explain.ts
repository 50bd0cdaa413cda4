import { buildCommand } from '@stricli/core';
import { readPolicies } from '#cli/checking/policies.ts';
import { readLanguage } from '#cli/checking/policy-flags.ts';
import type { Context } from '#cli/context.ts';
import { text } from '#cli/flags.ts';
import { printable } from '#documents/table/layout.ts';
import type { LoadedPolicy } from '#policy/load.ts';
import { spokenLanguages, type SpokenLanguage } from '#policy/reasons/explain.ts';

interface Flags {
  readonly lang?: string;
}

export const explain = buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'say in words what policies demand',
    fullDescription: 'Writes each policy as sentences, for people who decide and read no YAML.',
  },
  parameters: {
    flags: { lang: text(`language of sentences: ${spokenLanguages.join(', ')} (default: en)`, 'LANG') },
    positional: { kind: 'array', parameter: { brief: 'files and folders', parse: String, placeholder: 'FILE|DIR' } },
  },
  async func(flags, ...paths) {
    const language = readLanguage(flags);
    const policies = await readPolicies(paths);
    this.process.stdout.write(policies.map((policy) => `${sentencesOf(policy, language).join('\n')}\n`).join('\n'));
  },
});

function sentencesOf(
  { name, language: written, origin, describe, remarks }: LoadedPolicy,
  language: SpokenLanguage,
): string[] {
  return [
    `${name} (${written}, ${printable(origin)})`,
    ...[...describe(language), ...remarks.map((remark) => remark[language])].map((line) => `  ${printable(line)}`),
  ];
}
