import { z } from 'zod';
import { judgeEvidence } from './judged-evidence.ts';
import { ruleKind } from '#policy/languages/trust-policy/rule.ts';
import { describeSigners, readSigners, signersSchema } from '#policy/languages/trust-policy/signers.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';

/** A signed bill of materials must be there, in either format. */
export const sbom = ruleKind({
  name: 'sbom',
  schema: z
    .strictObject({
      format: z.enum(['spdx', 'cyclonedx']).optional().describe('Format of the SBOM; either by default.'),
      ...signersSchema,
    })
    .describe('An SBOM of the image must be attested, and by whom. One that nobody has signed does not count.'),
  compile: ({ format = 'sbom', ...signers }, { trust }) => {
    const { demand, atLeast } = readSigners(signers, trust);
    const wanted = { kind: 'attestation', types: predicateTypeOf(format) } as const;
    return async (image) => [
      await judgeEvidence(image, await demand(image.surroundings, wanted), atLeast, {
        missing: 'attestation-missing',
        refused: 'attestation-refused',
        words: { image: image.use.image, type: format },
      }),
    ];
  },
  describe: ({ format, ...signers }) => ({
    en: [`An SBOM${format === undefined ? '' : ` (${format})`} must be signed by ${describeSigners(signers).en}.`],
    de: [
      `Eine SBOM${format === undefined ? '' : ` (${format})`} muss signiert sein von ${describeSigners(signers).de}.`,
    ],
  }),
});
