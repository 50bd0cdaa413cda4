import { z } from 'zod';
import { judgeEvidence } from './judged-evidence.ts';
import { ruleKind } from '#policy/languages/trust-policy/rule.ts';
import { describeSigners, readSigners, signersSchema } from '#policy/languages/trust-policy/signers.ts';

/** Who must have signed the image itself: an attestation about it is no signature of it. */
export const signatures = ruleKind({
  name: 'signatures',
  schema: z
    .union([z.strictObject(signersSchema), z.array(z.strictObject(signersSchema)).min(1).max(50)])
    .describe('Who must have signed the image. Of several entries each must hold.'),
  compile: (written, { trust }) => {
    const entries = (Array.isArray(written) ? written : [written]).map((entry) => readSigners(entry, trust));
    return (image) =>
      Promise.all(
        entries.map(async ({ demand, atLeast }) =>
          judgeEvidence(image, await demand(image.surroundings, { kind: 'signature' }), atLeast, {
            missing: 'unsigned',
            refused: 'signature-refused',
            words: { image: image.use.image },
          }),
        ),
      );
  },
  describe: (written) => {
    const entries = Array.isArray(written) ? written : [written];
    return {
      en: entries.map((entry) => `The image must be signed by ${describeSigners(entry).en}.`),
      de: entries.map((entry) => `Das Image muss signiert sein von ${describeSigners(entry).de}.`),
    };
  },
});
