import { z } from 'zod';

/**
 * The fields of Connaisseur's configuration (version 3): of the values of its chart, and of the `config.yaml` that the chart makes
 * of them. How it is installed and whom it alerts is no policy, and is only known by name.
 */

const auth = z.strictObject({
  secretName: z.string().optional(),
  useKeychain: z.boolean().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  registry: z.string().optional(),
});

const name = z.string().min(1);

const staticValidator = z.strictObject({ name, type: z.literal('static'), approve: z.boolean().optional() });

const cosignRoot = z.strictObject({
  name,
  key: z.string().optional(),
  keyless: z
    .strictObject({
      issuer: z.string().optional(),
      subject: z.string().optional(),
      issuerRegex: z.string().optional(),
      subjectRegex: z.string().optional(),
    })
    .optional(),
});

const cosignValidator = z.strictObject({
  name,
  type: z.literal('cosign'),
  trustRoots: z.array(cosignRoot).min(1).max(100),
  host: z
    .strictObject({
      rekor: z.string().optional(),
      rekorPubkey: z.string().optional(),
      fulcioCert: z.string().optional(),
      ctLogPubkey: z.string().optional(),
    })
    .optional(),
  auth: auth.optional(),
  cert: z.string().optional(),
});

const notationRoot = z.strictObject({ name, cert: z.string().min(1), tsCert: z.string().optional() });

const notationValidator = z.strictObject({
  name,
  type: z.literal('notation'),
  trustRoots: z.array(notationRoot).min(1).max(100),
  auth: auth.optional(),
  cert: z.string().optional(),
});

/** Docker Content Trust is gone; it is known by name so that it can be refused by it. */
const notaryValidator = z.looseObject({ name, type: z.literal('notaryv1') });

const rule = z.strictObject({
  pattern: z.string().min(1).max(1000),
  validator: z.string().optional(),
  with: z
    .strictObject({
      trustRoot: z.string().optional(),
      threshold: z.number().int().min(0).optional(),
      required: z.array(name).min(1).optional(),
      mode: z.enum(['mutate', 'insecureValidateOnly']).optional(),
      verifyInTransparencyLog: z.boolean().optional(),
      verifySCT: z.boolean().optional(),
      verificationLevel: z.enum(['strict', 'permissive', 'audit']).optional(),
      verifyTimestamp: z.enum(['always', 'afterCertExpiry']).optional(),
      delegations: z.array(z.string()).optional(),
    })
    .optional(),
});

const decisions = {
  validators: z
    .array(z.discriminatedUnion('type', [staticValidator, cosignValidator, notationValidator, notaryValidator]))
    .min(1)
    .max(1000),
  policy: z.array(rule).min(1).max(1000),
};

const features = z.strictObject({
  automaticUnchangedApproval: z.boolean().optional(),
  automaticChildApproval: z.boolean().optional(),
  detectionMode: z.boolean().optional(),
  namespacedValidation: z.strictObject({ mode: z.enum(['ignore', 'validate']).optional() }).optional(),
  resourceValidationMode: z.enum(['all', 'podsOnly']).optional(),
  cache: z.strictObject({ expirySeconds: z.number().optional(), cacheErrors: z.boolean().optional() }).optional(),
});

const receivers = z.strictObject({
  receivers: z.array(z.looseObject({ failIfAlertSendingFails: z.boolean().optional() })).optional(),
});

const alerting = z.strictObject({
  clusterIdentifier: z.string().optional(),
  admitRequest: receivers.optional(),
  rejectRequest: receivers.optional(),
});

/** `config.yaml`. */
export const configSchema = z.strictObject({ ...decisions, alerting: alerting.optional() });

/** Values of the chart. */
export const valuesSchema = z.strictObject({
  kubernetes: z.looseObject({}).optional(),
  application: z.strictObject({
    ...decisions,
    features: features.optional(),
    logLevel: z.string().optional(),
    logFormat: z.string().optional(),
  }),
  alerting: alerting.optional(),
});

export type WrittenConfig = z.infer<typeof configSchema>;
export type WrittenValidator = WrittenConfig['validators'][number];
export type WrittenCosign = z.infer<typeof cosignValidator>;
export type WrittenNotation = z.infer<typeof notationValidator>;
export type WrittenRule = WrittenConfig['policy'][number];
export type WrittenOptions = NonNullable<WrittenRule['with']>;
export type WrittenFeatures = z.infer<typeof features>;
export type WrittenAlerting = z.infer<typeof alerting>;
