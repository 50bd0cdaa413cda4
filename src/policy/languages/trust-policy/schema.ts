import { z } from 'zod';
import { gateNames } from '#policy/question.ts';
import { modes } from '#policy/outcome.ts';
import { acceptedExceptionsSchema, exceptionSchema } from './exception.ts';
import { ruleKinds } from './rules/index.ts';
import { trustSchema } from './trust.ts';

export const apiVersion = 'policy.bulla/v1';

const names = z.array(z.string().min(1)).min(1).max(1000);

const placeSchema = z
  .strictObject({
    gates: z.array(z.enum(gateNames)).min(1).optional().describe('At which gates.'),
    clusters: names.optional().describe('In which clusters; * for anything.'),
    namespaces: names.optional().describe('In which namespaces, such as prod-*.'),
  })
  .describe(
    'Places. All that is written must hold; what asks from no cluster or namespace fits only where none is named.',
  );

const rulesShape = Object.fromEntries(ruleKinds.map(({ name, schema }) => [name, schema.optional()]));

/** A trust policy, as it is written. An unknown field is an error, because a typing mistake must not turn a rule off. */
export const trustPolicySchema = z
  .strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal('TrustPolicy'),
    metadata: z
      .looseObject({ name: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/) })
      .describe('As in Kubernetes.'),
    spec: z.strictObject({
      description: z.string().optional().describe('What it is for, for people.'),
      mode: z.enum(modes).describe('audit: written down; warn: said; enforce: what fails or is unknown is denied.'),
      modes: z
        .array(z.strictObject({ mode: z.enum(modes), place: placeSchema }))
        .max(100)
        .optional()
        .describe('Other modes for some places. The first that fits counts.'),
      images: z
        .strictObject({
          include: names
            .optional()
            .describe('Patterns of images that it is about, like registry.example/**; all by default.'),
          exclude: names.optional().describe('Patterns of images that it is not about.'),
        })
        .optional()
        .describe('Which images it is about.'),
      places: z
        .array(placeSchema)
        .min(1)
        .max(100)
        .optional()
        .describe('Where it is in force: any of these; everywhere by default.'),
      trust: trustSchema.optional(),
      rules: z.strictObject(rulesShape).optional().describe('What must hold of each image.'),
      exceptions: acceptedExceptionsSchema.optional(),
    }),
  })
  .describe('A trust policy: which images may run where, and what must be known of them.');

export type WrittenPolicy = z.infer<typeof trustPolicySchema>;
export type WrittenPlace = z.infer<typeof placeSchema>;

/** The schema of policies and of exceptions from them, for editors. */
export function trustPolicyJsonSchema(): object {
  const document = z.union([trustPolicySchema, exceptionSchema]);
  return { $id: 'trust-policy.schema.json', ...z.toJSONSchema(document, { io: 'input' }) };
}
