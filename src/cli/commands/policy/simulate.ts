import { readFile } from 'node:fs/promises';
import { buildCommand } from '@stricli/core';
import { readSubjects, type CheckSubject } from '#cli/checking/check-subjects.ts';
import { decideSubjects, resourcesOf } from '#cli/checking/decide-subjects.ts';
import { readPolicies } from '#cli/checking/policies.ts';
import { policyFlags, readImagePaths, readLanguage, several, type PolicyFlags } from '#cli/checking/policy-flags.ts';
import { readReviews } from '#cli/checking/recorded-reviews.ts';
import { createSurroundings } from '#cli/checking/surroundings.ts';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { sourceFlags, text, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { trustFlags, type TrustFlags } from '#cli/trust.ts';
import { alignColumns, painter, printable } from '#documents/table/layout.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import { objectionsOf, type Check, type CheckReport } from '#policy/reports/check-report.ts';
import { isAllowed, verdictOf } from '#policy/verdict.ts';

interface Flags extends SourceFlags, FormatFlags, PolicyFlags, TrustFlags {
  readonly current?: readonly string[];
  readonly cluster?: string;
}

const formats = ['table', 'json'] as const;

export const simulate = buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'who would be denied, before anyone enforces',
    fullDescription: [
      'Replays what a cluster has (kubectl get pods,deployments -A -o json) or what was asked of it (recorded admission reviews, one',
      'a line) against policies, as if they were enforced, and says who would be denied and why.',
      'With --current only what changes is shown. Exit code 1 if anybody would be denied who was not.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...policyFlags,
      current: several('FILE|DIR', 'the policies that are in force now'),
      cluster: text('the cluster that it is from', 'NAME'),
      ...trustFlags,
      ...sourceFlags,
      ...formatFlags(formats),
    },
    aliases: { f: 'format', p: 'policy' },
    positional: { kind: 'array', parameter: { brief: 'dumps and recordings', parse: String, placeholder: 'FILE' } },
  },
  async func(flags, ...files) {
    const format = chosenFormat(flags, formats);
    const language = readLanguage(flags);
    if (files.length === 0 || flags.policy === undefined) {
      throw cliError('usage', 'a policy and a recording are needed', {
        hint: 'bulla policy simulate --policy FILE cluster.json',
      });
    }
    const settings = await readSettings(this.process, flags);
    const [wanted, current] = await Promise.all([readPolicies(flags.policy), currentPolicies(flags.current)]);
    const { subjects, objects } = await readRecorded(files, flags, this.process);
    const surroundings = createSurroundings(
      { settings, trust: flags, keys: flags.keys, resources: resourcesOf(objects) },
      this.process,
      new Date(),
    );
    const [after, before] = await Promise.all([
      decideSubjects(wanted, subjects, surroundings),
      current === undefined ? undefined : decideSubjects(current, subjects, surroundings),
    ]);
    const simulation = compare(enforced(after), before);
    this.process.stdout.write(
      format === 'json'
        ? toJson(toDocument(simulation, language))
        : tableOf(simulation, language, usesColour(this.process), this.process.stdout.columns),
    );
    this.process.exitCode = simulation.denied.length > 0 ? exitCodes.failed : exitCodes.passed;
  },
});

async function currentPolicies(paths: readonly string[] | undefined) {
  return paths === undefined ? undefined : readPolicies(paths);
}

/** Reviews are told from dumps by their kind. */
async function readRecorded(files: readonly string[], flags: Flags, io: Context['process']) {
  const imagePaths = readImagePaths(flags);
  const place = { gate: 'admission', cluster: flags.cluster } as const;
  const isReviews = await Promise.all(files.map(holdsReviews));
  const dumps = files.filter((_, index) => isReviews[index] !== true);
  const read = await readSubjects(dumps, { place, imagePaths }, io);
  const reviews = await Promise.all(
    files.filter((_, index) => isReviews[index] === true).map((file) => readReviews(file, place, imagePaths)),
  );
  const subjects: readonly CheckSubject[] = [...read.subjects, ...reviews.flat()];
  return { subjects, objects: read.objects };
}

async function holdsReviews(file: string): Promise<boolean> {
  if (file === '-') return false;
  const content = await readFile(file, 'utf8').catch(() => '');
  const [line = ''] = content.split('\n', 1);
  return asText(asObject(parseJson(line))?.['kind']) === 'AdmissionReview';
}

/** The same as if every policy was enforced. */
function enforced(report: CheckReport): CheckReport {
  const checks = report.checks.map((check) => {
    const outcomes = check.verdict.outcomes.map((outcome) => ({ ...outcome, mode: outcome.atMost ?? 'enforce' }));
    return { ...check, verdict: verdictOf(outcomes) };
  });
  return { ...report, checks };
}

interface Simulation {
  readonly total: number;
  /** Who would be denied, and was not, if that is known. */
  readonly denied: readonly Check[];
  /** Who would be let in, and was not. */
  readonly admitted: readonly Check[];
  readonly isComparison: boolean;
}

function compare(after: CheckReport, before: CheckReport | undefined): Simulation {
  const wasAllowed = (index: number) =>
    before === undefined || isAllowed(before.checks[index]?.verdict ?? { verdict: 'deny' });
  const isNow = after.checks.map(({ verdict }) => isAllowed(verdict));
  return {
    total: after.checks.length,
    denied: after.checks.filter((_, index) => isNow[index] === false && wasAllowed(index)),
    admitted: after.checks.filter((_, index) => isNow[index] === true && !wasAllowed(index)),
    isComparison: before !== undefined,
  };
}

function toDocument({ total, denied, admitted }: Simulation, language: SpokenLanguage): object {
  const itemOf = (check: Check) => ({
    subject: check.subject,
    namespace: namespaceOf(check),
    verdict: check.verdict.verdict,
    reasons: objectionsOf(check.verdict).map(({ policy, rule, mode, reason, image }) => ({
      policy,
      rule,
      mode,
      code: reason.code,
      image: image?.written ?? null,
      sentence: explainReason(reason, language).sentence,
    })),
  });
  return { schemaVersion: 1, total, denied: denied.map(itemOf), admitted: admitted.map(itemOf) };
}

function namespaceOf({ namespace }: Check): string {
  return namespace ?? '';
}

function tableOf(simulation: Simulation, language: SpokenLanguage, colour: boolean, width: number | undefined): string {
  const paint = painter(colour);
  const { total, denied, admitted, isComparison } = simulation;
  const rows = denied.map((check) => {
    const [first] = objectionsOf(check.verdict);
    const sentence = first === undefined ? '' : explainReason(first.reason, language).sentence;
    return [
      { text: printable(namespaceOf(check)) },
      { text: printable(check.subject), style: 'bold' as const },
      { text: first?.reason.code ?? '', style: 'red' as const },
      { text: printable(sentence) },
    ];
  });
  const columns = [
    { heading: 'NAMESPACE' },
    { heading: 'WHO' },
    { heading: 'REASON' },
    { heading: 'WHY', shrinks: true },
  ];
  const lines = rows.length === 0 ? [] : [...alignColumns(columns, rows, paint, width), ''];
  const change = isComparison ? ` more than now, and ${admitted.length} fewer` : '';
  return `${[...lines, `${denied.length} of ${total} would be denied${change}.`].join('\n')}\n`;
}
