import { cliError } from '#cli/errors.ts';
import { text } from '#cli/flags.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { parseJson } from '#kit/narrow.ts';
import { readTrustedBuilders } from '#provenance/builders/read-builders.ts';
import type { Level } from '#provenance/builders/trusted-builder.ts';
import { wellKnownBuilders } from '#provenance/builders/well-known.ts';
import type { ProvenanceDemand } from '#provenance/judge/demand.ts';
import { judgeProvenance, type ProvenanceVerdict } from '#provenance/judge/judge.ts';
import type { AllowedParameter } from '#provenance/judge/parameters.ts';
import { verdictToJson } from '#provenance/judge/verdict-json.ts';
import { provenanceCureOf } from '#provenance/refusal.ts';
import { signerOf } from '#provenance/signer.ts';
import { globPattern } from '#signatures/identity/pattern.ts';
import type { Demand } from '#signatures/judge.ts';
import { refuse, type Details } from '#signatures/refusal.ts';

/** Flags that say how an image must have been built. */
export interface ProvenanceFlags {
  readonly provenance?: boolean;
  readonly slsaLevel?: string;
  readonly builder?: string;
  readonly buildType?: string;
  readonly trustedBuilders?: string;
  readonly tag?: string;
  readonly versionedTag?: string;
  readonly parameter?: readonly string[];
}

export const provenanceFlags = {
  provenance: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'how it was built, and what SLSA level that proves',
  },
  slsaLevel: text('the lowest level that will do (default: 2, or 1 where the signer is named)', '0-3'),
  builder: text('built by this builder', 'ID'),
  buildType: text('built in this way', 'URI'),
  trustedBuilders: text('who may speak for which builder (default: the well-known ones)', 'FILE'),
  tag: text('built from exactly this tag', 'TAG'),
  versionedTag: text('built from a release of this version, of which as much is written as matters', 'VERSION'),
  parameter: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: '/NAME[=VALUE]: a parameter that the build may have had, and no others',
    placeholder: '/NAME[=VALUE]',
  },
} as const;

/** Of the flags that name identities those that provenance is compared with as well. */
interface SourceFlags {
  readonly repository?: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly runner?: string;
  readonly anyIdentity?: boolean;
}

/**
 * What examines provenance whose signature holds, and appraises what nobody has signed.
 * @param isSignerNamed whether the user has said who may sign; else only the map of trusted builders does
 * @throws `usage`, `identity-invalid`, `file-unreadable`
 */
export async function provenanceExaminer(
  flags: ProvenanceFlags & SourceFlags,
  isSignerNamed: boolean,
): Promise<Required<Pick<Demand, 'examine' | 'appraise'>>> {
  const demand = await readProvenanceDemand(flags, isSignerNamed);
  return {
    examine({ verified, statement }, artifact) {
      if (statement === undefined) return undefined;
      const verdict = judgeProvenance(statement, artifact, signerOf(verified), demand);
      const [refusal] = verdict.refusals;
      if (refusal === undefined) return detailsOf(verdict);
      return {
        ...refuse('predicate-refused', `${refusal.message} (${refusal.refused})`),
        details: detailsOf(verdict),
      };
    },
    appraise: (statement, artifact) => detailsOf(judgeProvenance(statement, artifact, undefined, demand)),
  };
}

function detailsOf(verdict: ProvenanceVerdict): Details {
  return { name: 'provenance', lines: linesOf(verdict), json: verdictToJson(verdict) };
}

async function readProvenanceDemand(
  flags: ProvenanceFlags & SourceFlags,
  isSignerNamed: boolean,
): Promise<ProvenanceDemand> {
  const pattern = (written: string | undefined) =>
    written === undefined ? undefined : globPattern(written, flags.anyIdentity === true);
  const { trustedBuilders: path } = flags;
  return {
    trustedBuilders: path === undefined ? wellKnownBuilders : readTrustedBuilders(parseJson(await readFileNamed(path))),
    level: levelOf(flags.slsaLevel ?? (isSignerNamed ? '1' : '2')),
    builder: pattern(flags.builder),
    buildType: pattern(flags.buildType),
    repository: pattern(flags.repository?.replace(/^(?:https:\/\/)?(?:github\.com\/)?/, '')),
    ref: pattern(flags.ref),
    trigger: pattern(flags.trigger),
    runner: pattern(flags.runner),
    tag: flags.tag,
    versionedTag: flags.versionedTag,
    parameters: flags.parameter?.map(readParameter),
  };
}

function levelOf(written: string): Level {
  const level = ([0, 1, 2, 3] as const).find((one) => String(one) === written);
  if (level !== undefined) return level;
  throw cliError('usage', `"${written}" is no level of SLSA`, { hint: 'choose from 0, 1, 2 and 3' });
}

function readParameter(written: string): AllowedParameter {
  const [pointer = '', ...value] = written.split('=');
  if (!pointer.startsWith('/')) {
    throw cliError('usage', `"${written}" is not the place of a parameter`, {
      hint: 'write it like /workflow/inputs/version=1',
    });
  }
  return { pointer, value: value.length === 0 ? undefined : globPattern(value.join('='), true) };
}

/** For a person: the level, why it is that, and what is not as demanded. */
function linesOf({ level, steps, provenance, refusals }: ProvenanceVerdict): readonly string[] {
  const { source, builder = '' } = provenance ?? {};
  const from =
    source === undefined
      ? ''
      : `, from ${source.repository}${source.commit === undefined ? '' : ` at ${source.commit}`}`;
  return [
    `SLSA build level ${level}${builder === '' ? '' : `, by ${builder}`}${from}`,
    ...steps.map(({ level: needed, held, sentence }) => `${held ? 'yes' : 'no '} L${needed}  ${sentence}`),
    ...refusals.slice(1).map(({ refused, message }) => `also  ${message} (${refused})`),
    ...refusals.slice(0, 1).map((refusal) => `try   ${provenanceCureOf(refusal)}`),
  ];
}
