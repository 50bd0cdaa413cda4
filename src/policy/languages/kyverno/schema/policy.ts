import { z } from 'zod';
import { conditions, context } from './conditions.ts';
import { imageExtractors, imageVerification } from './images.ts';
import { signedManifests } from './manifests.ts';
import { labelSelector, matchBlock } from './match.ts';

/**
 * The fields of `ClusterPolicy` and `Policy` (kyverno.io/v1, v2beta1, v2): all that there are, so that one that is not known is found.
 * What goes together is asked where the field is read.
 */

const anything = z.unknown();
const text = z.string().optional();
const flag = z.boolean().optional();
const failureAction = z.enum(['Audit', 'Enforce', 'audit', 'enforce']).optional();
const overrides = z
  .array(
    z.strictObject({
      action: failureAction,
      namespaces: z.array(z.string()).optional(),
      namespaceSelector: labelSelector.optional(),
    }),
  )
  .optional();

const deny = z.strictObject({ conditions: conditions.optional() }).optional();

const celConditions = z.array(z.strictObject({ name: z.string(), expression: z.string() }));

const eachChecked = z.strictObject({
  list: z.string(),
  elementScope: flag,
  context: context.optional(),
  preconditions: conditions.optional(),
  pattern: anything.optional(),
  anyPattern: anything.optional(),
  deny,
  get foreach() {
    return z.array(eachChecked).optional();
  },
});

/** Controls of the Pod Security Standards that are not asked. */
export const podSecurityExclusions = z
  .array(
    z.strictObject({
      controlName: z.string(),
      images: z.array(z.string()).optional(),
      restrictedField: text,
      values: z.array(z.string()).optional(),
    }),
  )
  .optional();

const cel = z.strictObject({
  generate: flag,
  expressions: z
    .array(
      z.strictObject({
        expression: z.string(),
        message: text,
        messageExpression: text,
        reason: text,
      }),
    )
    .optional(),
  paramKind: z.strictObject({ apiVersion: z.string().min(1), kind: z.string().min(1) }).optional(),
  paramRef: z
    .strictObject({
      name: z.string().min(1).optional(),
      namespace: z.string().min(1).optional(),
      selector: labelSelector.optional(),
      parameterNotFoundAction: z.enum(['Allow', 'Deny']),
    })
    .optional(),
  auditAnnotations: z.array(z.strictObject({ key: z.string(), valueExpression: z.string() })).optional(),
  variables: z.array(z.strictObject({ name: z.string(), expression: z.string() })).optional(),
});

export type WrittenCel = z.infer<typeof cel>;

const validate = z.strictObject({
  failureAction,
  failureActionOverrides: overrides,
  allowExistingViolations: flag,
  message: text,
  manifests: signedManifests.optional(),
  foreach: z.array(eachChecked).optional(),
  pattern: anything.optional(),
  anyPattern: anything.optional(),
  deny,
  podSecurity: z
    .strictObject({
      level: z.enum(['privileged', 'baseline', 'restricted']),
      version: text,
      exclude: podSecurityExclusions,
    })
    .optional(),
  cel: cel.optional(),
  assert: anything.optional(),
});

const eachChanged = z.strictObject({
  list: z.string(),
  order: z.enum(['Ascending', 'Descending']).optional(),
  context: context.optional(),
  preconditions: conditions.optional(),
  patchStrategicMerge: anything.optional(),
  patchesJson6902: text,
  get foreach() {
    return z.array(eachChanged).optional();
  },
});

/** Objects that are already there, which a rule changes in place of the one that is asked about. */
const targets = z
  .array(
    z.strictObject({
      apiVersion: text,
      kind: text,
      name: text,
      namespace: text,
      uid: text,
      selector: labelSelector.optional(),
      context: context.optional(),
      preconditions: conditions.optional(),
    }),
  )
  .optional();

const mutate = z.strictObject({
  mutateExistingOnPolicyUpdate: flag,
  targets,
  patchStrategicMerge: anything.optional(),
  patchesJson6902: text,
  foreach: z.array(eachChanged).optional(),
});

const rule = z.strictObject({
  name: z.string().min(1).max(63),
  context: context.optional(),
  reportProperties: z.record(z.string(), z.string()).optional(),
  match: matchBlock,
  exclude: matchBlock.optional(),
  imageExtractors: imageExtractors.optional(),
  preconditions: conditions.optional(),
  celPreconditions: celConditions.optional(),
  mutate: mutate.optional(),
  validate: validate.optional(),
  generate: anything.optional(),
  verifyImages: z.array(imageVerification).min(1).max(100).optional(),
  skipBackgroundRequests: flag,
});

const seconds = z.int().min(1).max(30).optional();

export const policySchema = z.strictObject({
  apiVersion: z.enum(['kyverno.io/v1', 'kyverno.io/v2beta1', 'kyverno.io/v2']),
  kind: z.enum(['ClusterPolicy', 'Policy']),
  metadata: z.looseObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    rules: z.array(rule).min(1).max(500),
    applyRules: z.enum(['All', 'One']).optional(),
    failurePolicy: z.enum(['Fail', 'Ignore']).optional(),
    validationFailureAction: failureAction,
    validationFailureActionOverrides: overrides,
    emitWarning: flag,
    admission: flag,
    background: flag,
    schemaValidation: flag,
    webhookTimeoutSeconds: seconds,
    mutateExistingOnPolicyUpdate: flag,
    generateExistingOnPolicyUpdate: flag,
    generateExisting: flag,
    useServerSideApply: flag,
    webhookConfiguration: z
      .strictObject({
        failurePolicy: z.enum(['Fail', 'Ignore']).optional(),
        timeoutSeconds: seconds,
        matchConditions: celConditions.optional(),
      })
      .optional(),
  }),
  status: anything.optional(),
});

export type WrittenCelConditions = z.infer<typeof celConditions>;
