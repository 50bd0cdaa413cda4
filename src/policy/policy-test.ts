import { z } from 'zod';
import { policyError } from './errors.ts';
import { apiVersion } from './languages/trust-policy/schema.ts';
import { gateNames } from './question.ts';
import { reasonCodes } from './reasons/reason.ts';
import type { PolicyDocument } from './policy.ts';
import { verdictNames } from './verdict.ts';

const paths = z.array(z.string().min(1)).min(1).max(100);

const caseSchema = z
  .strictObject({
    name: z.string().min(1).describe('What is expected, as a sentence.'),
    images: paths.optional().describe('Images that are asked about.'),
    manifests: paths.optional().describe('Files whose objects are asked about.'),
    place: z
      .strictObject({
        gate: z.enum(gateNames).optional(),
        cluster: z.string().optional(),
        namespace: z.string().optional(),
      })
      .optional()
      .describe('Where it is asked; at admission by default.'),
    expect: z.enum(verdictNames).describe('The verdict on each of them.'),
    reasons: z
      .array(z.enum(reasonCodes))
      .optional()
      .describe('Codes of what speaks against it, exactly these; not looked at by default.'),
  })
  .refine(({ images, manifests }) => (images === undefined) !== (manifests === undefined), {
    message: 'a case asks either about images or about manifests',
  });

const policyTestSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('PolicyTest'),
  metadata: z.looseObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    policies: paths.describe('Files of policies, in any language, beside this file.'),
    keys: z.string().optional().describe('Folder of the public keys that the policies name.'),
    trustedRoot: z.string().optional().describe('A trusted_root.json to verify with.'),
    now: z.iso.datetime({ offset: true }).optional().describe('The time at which it is asked; now by default.'),
    evidence: z
      .record(z.string(), z.string())
      .optional()
      .describe('Where images are for the test: by reference a source such as oci:DIR, beside this file.'),
    cases: z.array(caseSchema).min(1).max(1000),
  }),
});

/** Tests of policies, beside them: what is asked, and the verdict that is expected. */
export type PolicyTest = z.infer<typeof policyTestSchema>['spec'];
export type PolicyTestCase = z.infer<typeof caseSchema>;

/** The schema of tests for editors. */
export function policyTestJsonSchema(): object {
  return { $id: 'policy-test.schema.json', ...z.toJSONSchema(policyTestSchema, { io: 'input' }) };
}

/** Whether a document is a test of ours. */
export function isPolicyTest({ body }: PolicyDocument): boolean {
  return body['apiVersion'] === apiVersion && body['kind'] === 'PolicyTest';
}

/** @throws `policy-invalid` with the path of the field */
export function readPolicyTest({ body, origin }: PolicyDocument): PolicyTest {
  const parsed = policyTestSchema.safeParse(body);
  if (parsed.success) return parsed.data.spec;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map(String).join('.');
  throw policyError('policy-invalid', `${origin}: ${path}: ${issue?.message ?? 'it is not valid'}`, {
    hint: 'docs/policy.md has an example of a test',
  });
}
