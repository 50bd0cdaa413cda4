import { buildCommand } from '@stricli/core';
import { readSubjects } from '#cli/checking/check-subjects.ts';
import { decideSubjects, resourcesOf } from '#cli/checking/decide-subjects.ts';
import { readPolicies } from '#cli/checking/policies.ts';
import { policyFlags, readImagePaths, readLanguage, type PolicyFlags } from '#cli/checking/policy-flags.ts';
import { createSurroundings } from '#cli/checking/surroundings.ts';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { knownWords, sourceFlags, text, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { trustFlags, type TrustFlags } from '#cli/trust.ts';
import { gateNames } from '#policy/question.ts';
import { checkFormatNames, overallVerdict } from '#policy/reports/check-report.ts';
import { checkFormats } from '#policy/reports/formats/index.ts';
import type { VerdictName } from '#policy/verdict.ts';

interface Flags extends SourceFlags, FormatFlags, PolicyFlags, TrustFlags {
  readonly as?: string;
  readonly gate?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly output?: string;
  readonly all?: boolean;
}

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'may it run: the verdict of a policy',
    fullDescription: [
      'Decides by policies whether images may run: images by their names, and those that manifests name (Kubernetes, Helm values,',
      'kustomizations, compose files, Dockerfiles, Nomad jobs, ECS tasks, pipelines); files, folders, or - for standard input.',
      'Without a policy the default one decides: bulla policy default shows it.',
      'Exit code 1 if anything is denied, else 3 if anything is unknown or there was nothing to check, else 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      as: text('what an image that is in no registry is to be checked as', 'REFERENCE'),
      gate: text(`the gate that is asked at: ${gateNames.join(', ')} (default: check)`, 'GATE'),
      namespace: text('the namespace for what names none (default: default)', 'NAME'),
      cluster: text('the cluster that it is for', 'NAME'),
      all: { kind: 'boolean', optional: true, withNegated: false, brief: 'show what has passed, too' },
      output: text('write to a file instead of the screen', 'FILE'),
      ...policyFlags,
      ...trustFlags,
      ...sourceFlags,
      ...formatFlags(checkFormatNames),
    },
    aliases: { f: 'format', o: 'output', p: 'policy' },
    positional: { kind: 'array', parameter: { brief: 'images and manifests', parse: String, placeholder: 'SOURCE' } },
  },
  async func(flags, ...sources) {
    const { stdout } = this.process;
    if (sources.length === 0) {
      throw cliError('usage', 'nothing was named to check', { hint: 'bulla check IMAGE, FILE, DIR or -' });
    }
    const format = chosenFormat(flags, checkFormatNames);
    const language = readLanguage(flags);
    const [gate = 'check'] = flags.gate === undefined ? [] : knownWords('gate', flags.gate, gateNames);
    const settings = await readSettings(this.process, flags);
    const policies = await readPolicies(flags.policy ?? []);
    const place = { gate, cluster: flags.cluster, namespace: flags.namespace };
    const imagePaths = readImagePaths(flags);
    const { subjects, objects, local } = await readSubjects(
      sources,
      { place, imagePaths, name: flags.as },
      this.process,
    );

    const resources = resourcesOf(objects);
    const surroundings = createSurroundings(
      { settings, trust: flags, keys: flags.keys, resources, local },
      this.process,
      new Date(),
    );
    const report = await decideSubjects(policies, subjects, surroundings);
    const writer = checkFormats.find(({ name }) => name === format);
    const document = writer?.write(report, {
      language,
      colour: flags.output === undefined && usesColour(this.process),
      width: flags.output === undefined && stdout.isTTY === true ? stdout.columns : undefined,
      all: flags.all === true,
    });
    if (flags.output === undefined) stdout.write(document ?? '');
    else await writeFileFor(flags.output, document ?? '');
    // A folder in which nothing was found may be the wrong one.
    this.process.exitCode = report.checks.length === 0 ? exitCodes.unknown : codes[overallVerdict(report)];
  },
});

const codes: Readonly<Record<VerdictName, number>> = {
  allow: exitCodes.passed,
  warn: exitCodes.passed,
  unknown: exitCodes.unknown,
  deny: exitCodes.failed,
};
