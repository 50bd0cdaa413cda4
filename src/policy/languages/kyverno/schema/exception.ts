import { z } from 'zod';
import { conditions } from './conditions.ts';
import { matchBlock } from './match.ts';
import { podSecurityExclusions } from './policy.ts';

/** The fields of `PolicyException` (kyverno.io/v2beta1, v2). */
export const exceptionSchema = z.strictObject({
  apiVersion: z.string(),
  kind: z.literal('PolicyException'),
  metadata: z.looseObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    background: z.boolean().optional(),
    match: matchBlock,
    conditions: conditions.optional(),
    exceptions: z.array(z.strictObject({ policyName: z.string(), ruleNames: z.array(z.string()) })),
    podSecurity: podSecurityExclusions,
  }),
});
