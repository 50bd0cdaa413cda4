import { buildCommand } from '@stricli/core';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { described, imageFlags, knownWords, text, type ImageFlags } from '#cli/flags.ts';
import { registryLook } from '#cli/manifests/lint-look.ts';
import { readManifests } from '#cli/manifests/manifest-files.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { tool } from '#cli/tool.ts';
import { imageGlob } from '#policy/languages/trust-policy/image-glob.ts';
import { lintFormatNames } from '#policy/lint/format.ts';
import { lintFormats } from '#policy/lint/formats/index.ts';
import { lint, type LintReport } from '#policy/lint/lint.ts';
import { lintRuleNames, lintSeverities, type LintSeverity } from '#policy/lint/rule.ts';
import { spokenLanguages } from '#policy/reasons/explain.ts';

interface Flags extends Omit<ImageFlags, 'platform'>, FormatFlags {
  readonly allow?: readonly string[];
  readonly without?: string;
  readonly failOn?: string;
  readonly online?: boolean;
  readonly lang?: string;
  readonly output?: string;
}

const { platform: _, ...networkFlags } = imageFlags;

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'how files name images, and what is wrong with that',
    fullDescription: [
      'Looks for names without a version, registry or digest, traps of imagePullPolicy, secrets in environments and images that',
      'are not allowed: in Kubernetes objects, Helm values, kustomizations, Dockerfiles, compose files, GitHub Actions, GitLab CI,',
      'Nomad jobs and ECS task definitions; files, folders, or - for standard input. Asks nobody, unless --online says so.',
      'Exit code 1 if anything is wrong, else 3 if anything could not be read, else 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      allow: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        ...described('images that may be used, like registry.example/team/**; all others are errors', 'PATTERN'),
      },
      online: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'ask registries, too: tags that have moved, digests of one platform',
      },
      without: text(`rules to leave out: ${lintRuleNames.join(', ')}`, 'RULES'),
      failOn: text(`the least that fails: ${lintSeverities.join(', ')} (default: warning)`, 'SEVERITY'),
      lang: text(`language of sentences: ${spokenLanguages.join(', ')} (default: en)`, 'LANG'),
      output: text('write to a file instead of the screen', 'FILE'),
      ...networkFlags,
      ...formatFlags(lintFormatNames),
    },
    aliases: { f: 'format', o: 'output' },
    positional: { kind: 'array', parameter: { brief: 'files and folders', parse: String, placeholder: 'FILE' } },
  },
  async func(flags, ...named) {
    const { stdout, stdin } = this.process;
    if (named.length === 0) throw cliError('usage', 'no file was named', { hint: 'bulla lint FILE' });
    const format = chosenFormat(flags, lintFormatNames);
    const [language = 'en'] = flags.lang === undefined ? [] : knownWords('lang', flags.lang, spokenLanguages);
    const [failOn = 'warning'] = flags.failOn === undefined ? [] : knownWords('fail-on', flags.failOn, lintSeverities);
    const without = flags.without === undefined ? [] : knownWords('without', flags.without, lintRuleNames);
    const settings = await readSettings(this.process, flags);
    if (flags.online === true && settings.offline) {
      throw cliError('usage', '--online asks registries, and --offline asks nobody', { hint: 'leave one of them out' });
    }
    const allowed = [...(settings.lint.allow ?? []), ...(flags.allow ?? [])].map(imageGlob);
    const look = flags.online === true ? registryLook(settings, this.process) : undefined;
    const report = await lint(await readManifests(named, stdin), { allowed, look }, without);
    const writer = lintFormats.find(({ name }) => name === format);
    const colour = flags.output === undefined && usesColour(this.process);
    const document = writer?.write(report, { tool, language, colour }) ?? '';
    if (flags.output === undefined) stdout.write(document);
    else await writeFileFor(flags.output, document);
    this.process.exitCode = codeOf(report, failOn);
  },
});

function codeOf({ findings, gaps }: LintReport, failOn: LintSeverity): number {
  const least = lintSeverities.indexOf(failOn);
  if (findings.some(({ severity }) => lintSeverities.indexOf(severity) <= least)) return exitCodes.failed;
  return gaps.length > 0 ? exitCodes.unknown : exitCodes.passed;
}
