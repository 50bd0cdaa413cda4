import { z } from 'zod';
import { judgeEvidence } from './judged-evidence.ts';
import { ruleKind } from '#policy/languages/trust-policy/rule.ts';
import { readSigners, signersSchema, type Signers } from '#policy/languages/trust-policy/signers.ts';
import type { Trust } from '#policy/languages/trust-policy/trust.ts';
import { readTrustedBuilders } from '#provenance/builders/read-builders.ts';
import type { Level } from '#provenance/builders/trusted-builder.ts';
import { wellKnownBuilders } from '#provenance/builders/well-known.ts';
import type { ProvenanceDemand } from '#provenance/judge/demand.ts';
import { judgeProvenance } from '#provenance/judge/judge.ts';
import { verdictToJson } from '#provenance/judge/verdict-json.ts';
import { signerOf } from '#provenance/signer.ts';
import { globPattern } from '#signatures/identity/pattern.ts';
import type { Examine } from '#signatures/judge.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { refuse } from '#signatures/refusal.ts';

const glob = (what: string) => z.string().min(1).optional().describe(`${what}; * within a part of it, ** for several.`);

const schema = z
  .strictObject({
    level: z
      .number()
      .int()
      .min(1)
      .max(3)
      .optional()
      .describe('The lowest SLSA build level that will do; 2 by default.'),
    builder: glob('Id of the builder'),
    buildType: glob('Type of the build'),
    repository: glob('Source repository, OWNER/NAME'),
    ref: glob('Branch or tag, such as refs/heads/main'),
    trigger: glob('Event that started the build'),
    runner: glob('Kind of runner'),
    trustedBuilders: z
      .array(z.looseObject({}))
      .optional()
      .describe('Who may speak for which builder, and up to which level; the well-known ones by default.'),
    signedBy: signersSchema.signedBy.optional(),
  })
  .describe('How the image must have been built. Without signedBy, whoever the trusted builders name may have signed.');

type Written = z.infer<typeof schema>;

/** How the image must have been built. */
export const provenance = ruleKind({
  name: 'provenance',
  schema,
  compile: (written, { trust }) => {
    const signers = provenanceSigners(written, trust);
    const examine = examinerOf(written);
    const wanted = { kind: 'attestation', types: predicateTypeOf('slsa') } as const;
    return async (image) => [
      await judgeEvidence(image, await signers.demand(image.surroundings, wanted, examine), 1, {
        missing: 'provenance-missing',
        refused: 'provenance-refused',
        words: { image: image.use.image },
      }),
    ];
  },
  describe: (written) => {
    const { level = 2, repository, ref, builder } = written;
    const asked = (from: string, by: string) => [
      ...(repository === undefined ? [] : [`${from} ${repository}${ref === undefined ? '' : ` (${ref})`}`]),
      ...(builder === undefined ? [] : [`${by} ${builder}`]),
    ];
    const [english, german] = [asked('from', 'by'), asked('aus', 'durch')];
    return {
      en: [`It must be proven how it was built, at SLSA build level ${level} or above${tail(english)}.`],
      de: [`Es muss belegt sein, wie es gebaut wurde, mindestens mit SLSA-Build-Level ${level}${tail(german)}.`],
    };
  },
});

/** Whom nobody names, the map of trusted builders must: it then has to grant a level that a signature alone does not. */
function provenanceSigners({ signedBy }: Written, trust: Trust): Signers {
  if (signedBy !== undefined) return readSigners({ signedBy }, trust);
  const anyone = globPattern('**', true);
  return {
    atLeast: 1,
    demand: async (surroundings, wanted, examine) => ({
      verifier: { trust: await trust.root(surroundings), keys: [], log: trust.log, now: surroundings.now },
      identities: [{ issuer: anyone, claims: {} }],
      wanted,
      examine,
    }),
  };
}

function examinerOf(written: Written): Examine {
  const pattern = (value: string | undefined) => (value === undefined ? undefined : globPattern(value, false));
  const demand: ProvenanceDemand = {
    trustedBuilders:
      written.trustedBuilders === undefined ? wellKnownBuilders : readTrustedBuilders(written.trustedBuilders),
    level: levelOf(written),
    builder: pattern(written.builder),
    buildType: pattern(written.buildType),
    repository: pattern(written.repository?.replace(/^(?:https:\/\/)?(?:github\.com\/)?/, '')),
    ref: pattern(written.ref),
    trigger: pattern(written.trigger),
    runner: pattern(written.runner),
  };
  return ({ verified, statement }, artifact) => {
    if (statement === undefined) return undefined;
    const verdict = judgeProvenance(statement, artifact, signerOf(verified), demand);
    const details = { name: 'provenance', lines: [], json: verdictToJson(verdict) };
    const [refusal] = verdict.refusals;
    return refusal === undefined
      ? details
      : { ...refuse('predicate-refused', `${refusal.message} (${refusal.refused})`), details };
  };
}

/** A signer whom nobody has named proves nothing by signing, so that level 1, which asks for no more, is not to be had. */
function levelOf({ level = 2, signedBy }: Written): Level {
  const wanted = ([1, 2, 3] as const).find((one) => one === level) ?? 3;
  return signedBy === undefined && wanted === 1 ? 2 : wanted;
}

function tail(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
