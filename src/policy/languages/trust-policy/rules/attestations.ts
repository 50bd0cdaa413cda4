import { z } from 'zod';
import { messageOf } from '#kit/error.ts';
import { fromJson } from '#policy/cel/json.ts';
import { startRun } from '#policy/cel/run.ts';
import type { Value } from '#policy/cel/value.ts';
import { readCondition } from '#policy/languages/trust-policy/expression.ts';
import { judgeEvidence } from './judged-evidence.ts';
import { ruleKind } from '#policy/languages/trust-policy/rule.ts';
import { describeSigners, readSigners, signersSchema } from '#policy/languages/trust-policy/signers.ts';
import type { Examine } from '#signatures/judge.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { refuse } from '#signatures/refusal.ts';

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
        expression: z
          .string()
          .min(1)
          .optional()
          .describe('What must hold of what is stated: an expression of CEL over predicate, signedAt and now.'),
      }),
    )
    .min(1)
    .max(50)
    .describe('Signed statements about the image that must be there, each of its type and by its signers.'),
  compile: (written, { trust }) => {
    const entries = written.map(({ type, expression, ...signers }) => ({
      type,
      signers: readSigners(signers, trust),
      examine: expression === undefined ? undefined : examinerOf(expression),
    }));
    return (image) =>
      Promise.all(
        entries.map(async ({ type, signers, examine }) => {
          const wanted = { kind: 'attestation', types: predicateTypeOf(type) } as const;
          return judgeEvidence(
            image,
            await signers.demand(image.surroundings, wanted, examine?.(image.surroundings.now)),
            signers.atLeast,
            {
              missing: 'attestation-missing',
              refused: 'attestation-refused',
              words: { image: image.use.image, type },
            },
          );
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

/** Statements of the same type by the same signers count only if what they state is as demanded; the others hide none that is. */
function examinerOf(source: string): (now: Date) => Examine {
  const condition = readCondition(source, ['predicate', 'signedAt', 'now']);
  return (now) =>
    ({ verified, statement }) => {
      const signedAt = verified.times.map(({ time }) => time.getTime()).toSorted((a, b) => a - b)[0];
      const bindings = new Map([
        ['predicate', () => fromJson(statement?.predicate ?? null)],
        ['signedAt', () => (signedAt === undefined ? null : timestampOf(signedAt))],
        ['now', () => timestampOf(now.getTime())],
      ]);
      try {
        const holds = condition.evaluate(bindings, startRun()) === true;
        return holds ? undefined : refuse('predicate-refused', `it does not hold that ${source}`);
      } catch (error) {
        return refuse('predicate-refused', `it cannot be said whether ${source}: ${messageOf(error)}`);
      }
    };
}

function timestampOf(milliseconds: number): Value {
  return { kind: 'timestamp', nanos: BigInt(milliseconds) * 1_000_000n };
}
