import { z } from 'zod';
import type { Finding } from '#findings/finding.ts';
import { severityLevels } from '#findings/severity.ts';
import { severityRank } from '#findings/urgency.ts';
import { durationSchema } from '#policy/languages/trust-policy/duration.ts';

/** One line that a team draws: which findings, and what then. All conditions of a line must hold. */
export const findingLineSchema = z
  .strictObject({
    severity: z.enum(severityLevels).optional().describe('This severity or worse; unknown means exactly that.'),
    exploited: z.boolean().optional().describe('Whether it is known to be exploited (CISA).'),
    fix: z.enum(['available', 'none']).optional().describe('Whether there is a version without it.'),
    epss: z.number().min(0).max(1).optional().describe('How likely exploitation is, at least.'),
    part: z
      .enum(['base', 'own'])
      .optional()
      .describe('Whether it came with the base image; where that is not known, own.'),
    packages: z.array(z.string()).min(1).optional().describe('Names of packages.'),
    ids: z.array(z.string()).min(1).optional().describe('CVEs or other ids.'),
    action: z
      .enum(['block', 'block-without-exception', 'warn', 'log'])
      .describe('What to do; block-without-exception says that a tracked exception is what is expected.'),
    within: durationSchema.optional().describe('For warn: after how long it is blocked.'),
    since: z
      .enum(['disclosure', 'first-sight'])
      .optional()
      .describe('From when the time counts: from disclosure (the default), or since it was first seen here.'),
  })
  .refine(({ action, within }) => within === undefined || action === 'warn', {
    message: 'a time (within) belongs to warn',
  })
  .refine(({ within, since }) => since === undefined || within !== undefined, {
    message: 'since belongs to a time (within)',
  })
  .describe('Which findings, and what to do about them.');

export type FindingLine = z.infer<typeof findingLineSchema>;

/** Whether a line is about a finding. */
export function lineMatches(line: FindingLine, finding: Finding): boolean {
  const { severity, exploited, fix, epss, part, packages, ids } = line;
  const checks = [
    severity === undefined || isAsBad(finding.severity.level, severity),
    exploited === undefined || (finding.exploited !== undefined) === exploited,
    fix === undefined || (finding.fix.state === 'fixed') === (fix === 'available'),
    epss === undefined || (finding.epss?.score ?? 0) >= epss,
    part === undefined || (finding.part === 'base' ? 'base' : 'own') === part,
    packages === undefined || packages.includes(finding.package.name),
    ids === undefined || [finding.id, ...finding.aliases].some((id) => ids.includes(id)),
  ];
  return checks.every(Boolean);
}

function isAsBad(level: Finding['severity']['level'], wanted: Finding['severity']['level']): boolean {
  if (level === 'unknown' || wanted === 'unknown') return level === wanted;
  return severityRank(level) <= severityRank(wanted);
}

/** A line as a sentence. */
export function describeLine(line: FindingLine): { readonly en: string; readonly de: string } {
  const { severity, exploited, fix, epss, part, packages, ids, action, within, since } = line;
  const of = (conditions: readonly (string | false)[]) => conditions.filter((condition) => condition !== false);
  const english = of([
    severity !== undefined && (severity === 'unknown' ? 'unrated' : `${severity} or worse`),
    exploited !== undefined && (exploited ? 'known to be exploited' : 'not known to be exploited'),
    fix !== undefined && (fix === 'available' ? 'with a correction' : 'without a correction'),
    epss !== undefined && `with an EPSS of ${epss} or more`,
    part !== undefined && (part === 'base' ? 'from the base image' : "from the image's own layers"),
    packages !== undefined && `in ${packages.join(', ')}`,
    ids !== undefined && ids.join(', '),
  ]);
  const german = of([
    severity !== undefined && (severity === 'unknown' ? 'unbewertet' : `${severity} oder schlimmer`),
    exploited !== undefined && (exploited ? 'bekanntermaßen ausgenutzt' : 'nicht bekanntermaßen ausgenutzt'),
    fix !== undefined && (fix === 'available' ? 'mit Korrektur' : 'ohne Korrektur'),
    epss !== undefined && `mit EPSS ab ${epss}`,
    part !== undefined && (part === 'base' ? 'aus dem Basis-Image' : 'aus den eigenen Schichten'),
    packages !== undefined && `in ${packages.join(', ')}`,
    ids !== undefined && ids.join(', '),
  ]);
  const actions = {
    block: { en: 'blocked', de: 'gesperrt' },
    'block-without-exception': { en: 'blocked unless there is an exception', de: 'ohne Ausnahme gesperrt' },
    warn:
      within === undefined
        ? { en: 'warned of', de: 'gemeldet' }
        : since === 'first-sight'
          ? {
              en: `warned of, and blocked ${within} after they are first seen`,
              de: `gemeldet und ${within} nach dem ersten Fund gesperrt`,
            }
          : {
              en: `warned of, and blocked ${within} after disclosure`,
              de: `gemeldet und ${within} nach Bekanntwerden gesperrt`,
            },
    log: { en: 'listed', de: 'aufgeführt' },
  } as const;
  const all = {
    en: english.length === 0 ? 'all' : english.join(', '),
    de: german.length === 0 ? 'alle' : german.join(', '),
  };
  return {
    en: `Findings (${all.en}) are ${actions[action].en}.`,
    de: `Befunde (${all.de}) werden ${actions[action].de}.`,
  };
}
