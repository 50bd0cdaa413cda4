import { z } from 'zod';
import { judgeEvidence } from './judged-evidence.ts';
import { ruleKind } from '#policy/languages/trust-policy/rule.ts';
import { describeSigners, readSigners, signersSchema } from '#policy/languages/trust-policy/signers.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';

/** Statements about the image that must be there, signed by whom. */
export const attestations = ruleKind({
  name: 'attestations',
  schema: z
    .array(
      z.strictObject({
        type: z
          .string()
          .min(1)
          .describe('Type of the statement: slsa, spdx, cyclonedx, vuln, openvex, vsa, or its URI.'),
        ...signersSchema,
      }),
    )
    .min(1)
    .max(50)
    .describe('Signed statements about the image that must be there, each of its type and by its signers.'),
  compile: (written, { trust }) => {
    const entries = written.map(({ type, ...signers }) => ({ type, signers: readSigners(signers, trust) }));
    return (image) =>
      Promise.all(
        entries.map(async ({ type, signers }) => {
          const wanted = { kind: 'attestation', types: predicateTypeOf(type) } as const;
          return judgeEvidence(image, await signers.demand(image.surroundings, wanted), signers.atLeast, {
            missing: 'attestation-missing',
            refused: 'attestation-refused',
            words: { image: image.use.image, type },
          });
        }),
      );
  },
  describe: (written) => ({
    en: written.map((entry) => `A statement of type ${entry.type} must be signed by ${describeSigners(entry).en}.`),
    de: written.map(
      (entry) => `Eine Aussage der Art ${entry.type} muss signiert sein von ${describeSigners(entry).de}.`,
    ),
  }),
});
