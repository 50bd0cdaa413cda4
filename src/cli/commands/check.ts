import { buildCommand } from '@stricli/core';
import { mapConcurrently } from '#kit/concurrency.ts';
import { asObject, asText } from '#kit/narrow.ts';
import { readSubjects, type CheckSubject } from '#cli/check-subjects.ts';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { knownWords, sourceFlags, text, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { readPolicies } from '#cli/policies.ts';
import { readSettings } from '#cli/settings.ts';
import { createSurroundings } from '#cli/surroundings.ts';
import { tool } from '#cli/tool.ts';
import { trustFlags, type TrustFlags } from '#cli/trust.ts';
import { decide } from '#policy/decide.ts';
import type { Policy } from '#policy/policy.ts';
import { gateNames } from '#policy/question.ts';
import { spokenLanguages } from '#policy/reasons/explain.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { checkFormatNames, overallVerdict, type Check, type CheckReport } from '#policy/reports/check-report.ts';
import { checkFormats } from '#policy/reports/formats/index.ts';
import type { Resources, Surroundings } from '#policy/surroundings.ts';
import { verdictOf, type VerdictName } from '#policy/verdict.ts';
import type { JsonObject } from '#kit/narrow.ts';

interface Flags extends SourceFlags, FormatFlags, TrustFlags {
  readonly policy?: readonly string[];
  readonly as?: string;
  readonly gate?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly imagePath?: readonly string[];
  readonly keys?: string;
  readonly lang?: string;
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
      'Exit code 1 if anything is denied, else 3 if anything is unknown, else 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      policy: several('FILE|DIR', 'policies to decide by, in any language that is known'),
      as: text('what an image that is in no registry is to be checked as', 'REFERENCE'),
      gate: text(`the gate that is asked at: ${gateNames.join(', ')} (default: check)`, 'GATE'),
      namespace: text('the namespace for what names none (default: default)', 'NAME'),
      cluster: text('the cluster that it is for', 'NAME'),
      imagePath: several(
        'KIND=/PATH',
        'where a kind of your own names images, like Workflow=/spec/templates/*/container',
      ),
      keys: text('folder of the public keys that policies name', 'DIR'),
      lang: text(`language of sentences: ${spokenLanguages.join(', ')} (default: en)`, 'LANG'),
      all: { kind: 'boolean', optional: true, withNegated: false, brief: 'show what has passed, too' },
      output: text('write to a file instead of the screen', 'FILE'),
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
    const [language = 'en'] = flags.lang === undefined ? [] : knownWords('lang', flags.lang, spokenLanguages);
    const [gate = 'check'] = flags.gate === undefined ? [] : knownWords('gate', flags.gate, gateNames);
    const settings = await readSettings(this.process, flags);
    const policies = await readPolicies(flags.policy ?? []);
    const place = { gate, cluster: flags.cluster, namespace: flags.namespace };
    const imagePaths = (flags.imagePath ?? []).map(readImagePath);
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
    const report: CheckReport = {
      tool,
      created: surroundings.now.toISOString(),
      policies: policies.map(({ name, language: written, origin, remarks }) => ({
        name,
        language: written,
        origin,
        remarks,
      })),
      checks: await mapConcurrently(subjects, atOnce, (subject) => check(policies, subject, surroundings)),
    };
    const writer = checkFormats.find(({ name }) => name === format);
    const document = writer?.write(report, {
      language,
      colour: flags.output === undefined && usesColour(this.process),
      width: flags.output === undefined && stdout.isTTY === true ? stdout.columns : undefined,
      all: flags.all === true,
    });
    if (flags.output === undefined) stdout.write(document ?? '');
    else await writeFileFor(flags.output, document ?? '');
    this.process.exitCode = codes[overallVerdict(report)];
  },
});

/** So many images and objects are decided at once; the same image is asked about once. */
const atOnce = 8;

const codes: Readonly<Record<VerdictName, number>> = {
  allow: exitCodes.passed,
  warn: exitCodes.passed,
  unknown: exitCodes.unknown,
  deny: exitCodes.failed,
};

async function check(policies: readonly Policy[], subject: CheckSubject, surroundings: Surroundings): Promise<Check> {
  const { outcomes } = await decide(policies, subject.question, surroundings);
  const uncovered = subject.question.images
    .filter(({ image }) => !outcomes.some((outcome) => outcome.image === undefined || outcome.image.written === image))
    .map(({ image, pointer }) => ({
      policy: '',
      rule: 'covered',
      image: { written: image, pointer },
      outcome: 'skipped' as const,
      mode: 'enforce' as const,
      reason: reasonOf('no-policy', { image }),
      evidence: [],
    }));
  return { ...subject, verdict: verdictOf([...subject.outcomes, ...outcomes, ...uncovered]) };
}

/** The objects that were given stand for those of the cluster. */
function resourcesOf(objects: readonly JsonObject[]): Resources {
  const named = (object: JsonObject, field: string) => asText(asObject(object['metadata'])?.[field]);
  const isOf = (
    object: JsonObject,
    wanted: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string },
  ) =>
    object['apiVersion'] === wanted.apiVersion &&
    object['kind'] === wanted.kind &&
    (wanted.namespace === undefined || (named(object, 'namespace') ?? 'default') === wanted.namespace);
  return {
    get: (wanted) =>
      Promise.resolve(objects.find((object) => isOf(object, wanted) && named(object, 'name') === wanted.name)),
    list: (wanted) => Promise.resolve(objects.filter((object) => isOf(object, wanted))),
  };
}

function readImagePath(written: string) {
  const [kind = '', ...path] = written.split('=');
  if (kind !== '' && path.join('=').startsWith('/')) return { kind, path: path.join('=') };
  throw cliError('usage', `"${written}" does not say where a kind names images`, {
    hint: 'write it like Workflow=/spec/templates/*/container/image',
  });
}

function several(placeholder: string, brief: string) {
  return {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: `${placeholder}: ${brief}`,
    placeholder,
  } as const;
}
