import { z } from 'zod';
import {
  auditAnnotations,
  failurePolicy,
  matchConditions,
  matchResources,
  metadata,
  validationActions,
  validations,
  variables,
} from '#policy/cel/admission/schema.ts';

/** The versions in which all these kinds are served. */
const apiVersion = z.enum(['policies.kyverno.io/v1alpha1', 'policies.kyverno.io/v1beta1', 'policies.kyverno.io/v1']);

const enabled = z.strictObject({ enabled: z.boolean().optional() });

const podControllers = z.strictObject({ controllers: z.array(z.string()).optional() });

const webhookConfiguration = z.strictObject({ timeoutSeconds: z.number().int().min(1).max(30).optional() });

const evaluation = z.strictObject({
  mode: z.enum(['Kubernetes', 'JSON', 'HTTP', 'Envoy']).optional(),
  admission: enabled.optional(),
  background: enabled.optional(),
});

/** What policies of all three kinds have. */
const common = {
  matchConstraints: matchResources.optional(),
  failurePolicy: failurePolicy.optional(),
  matchConditions: matchConditions.optional(),
  variables: variables.optional(),
  webhookConfiguration: webhookConfiguration.optional(),
};

const validating = {
  ...common,
  validationActions: validationActions.optional(),
  auditAnnotations: auditAnnotations.optional(),
  evaluation: evaluation.optional(),
};

const status = z.unknown().optional();

export const validatingSchema = z.strictObject({
  apiVersion,
  kind: z.enum(['ValidatingPolicy', 'NamespacedValidatingPolicy']),
  metadata,
  spec: z.strictObject({
    ...validating,
    validations: validations.min(1),
    autogen: z
      .strictObject({ podControllers: podControllers.optional(), validatingAdmissionPolicy: enabled.optional() })
      .optional(),
  }),
  status,
});

const mutation = z.strictObject({
  patchType: z.enum(['JSONPatch', 'ApplyConfiguration']),
  jsonPatch: z.strictObject({ expression: z.string().min(1) }).optional(),
  applyConfiguration: z.strictObject({ expression: z.string().min(1) }).optional(),
});

export const mutatingSchema = z.strictObject({
  apiVersion,
  kind: z.enum(['MutatingPolicy', 'NamespacedMutatingPolicy']),
  metadata,
  spec: z.strictObject({
    ...common,
    mutations: z.array(mutation).min(1).max(100),
    auditAnnotations: auditAnnotations.optional(),
    reinvocationPolicy: z.enum(['Never', 'IfNeeded']).optional(),
    evaluation: z
      .strictObject({
        mode: z.enum(['Kubernetes', 'JSON', 'HTTP', 'Envoy']).optional(),
        admission: enabled.optional(),
        background: enabled.optional(),
        mutateExisting: enabled.optional(),
        skipBackgroundRequests: z.boolean().optional(),
      })
      .optional(),
    autogen: z
      .strictObject({ podControllers: podControllers.optional(), mutatingAdmissionPolicy: enabled.optional() })
      .optional(),
    targetMatchConstraints: z.unknown().optional(),
  }),
  status,
});

const textOrExpression = z.strictObject({ value: z.string().optional(), expression: z.string().optional() });

const identity = z.strictObject({
  issuer: z.string().optional(),
  subject: z.string().optional(),
  issuerRegExp: z.string().optional(),
  subjectRegExp: z.string().optional(),
});

const cosign = z.strictObject({
  key: z
    .strictObject({
      data: z.string().optional(),
      kms: z.string().optional(),
      hashAlgorithm: z.string().optional(),
      expression: z.string().optional(),
    })
    .optional(),
  keyless: z.strictObject({ identities: z.array(identity).min(1).max(100), roots: z.string().optional() }).optional(),
  certificate: z.strictObject({ cert: textOrExpression.optional(), certChain: textOrExpression.optional() }).optional(),
  source: z
    .strictObject({
      repository: z.string().optional(),
      PullSecrets: z.array(z.strictObject({ name: z.string().optional() })).optional(),
      tagPrefix: z.string().optional(),
    })
    .optional(),
  ctlog: z
    .strictObject({
      url: z.string().optional(),
      rekorPubKey: z.string().optional(),
      ctLogPubKey: z.string().optional(),
      tsaCertChain: z.string().optional(),
      insecureIgnoreTlog: z.boolean().optional(),
      insecureIgnoreSCT: z.boolean().optional(),
    })
    .optional(),
  tuf: z
    .strictObject({
      root: z.strictObject({ path: z.string().optional(), data: z.string().optional() }).optional(),
      mirror: z.string().optional(),
    })
    .optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const attestor = z.strictObject({
  name: z.string().regex(/^[A-Za-z_]\w{0,200}$/, 'it must be a name as CEL has them'),
  cosign: cosign.optional(),
  notary: z.strictObject({ certs: textOrExpression.optional(), tsaCerts: textOrExpression.optional() }).optional(),
});

const attestation = z.strictObject({
  name: z.string().regex(/^[A-Za-z_]\w{0,200}$/, 'it must be a name as CEL has them'),
  intoto: z.strictObject({ type: z.string().min(1) }).optional(),
  referrer: z.strictObject({ type: z.string().min(1) }).optional(),
});

export const imageValidatingSchema = z.strictObject({
  apiVersion,
  kind: z.enum(['ImageValidatingPolicy', 'NamespacedImageValidatingPolicy']),
  metadata,
  spec: z.strictObject({
    ...validating,
    validations: validations.min(1),
    matchImageReferences: z
      .array(z.strictObject({ glob: z.string().min(1).optional(), expression: z.string().min(1).optional() }))
      .max(500)
      .optional(),
    validationConfigurations: z
      .strictObject({
        mutateDigest: z.boolean().optional(),
        verifyDigest: z.boolean().optional(),
        required: z.boolean().optional(),
      })
      .optional(),
    credentials: z
      .strictObject({
        allowInsecureRegistry: z.boolean().optional(),
        providers: z.array(z.enum(['default', 'amazon', 'azure', 'google', 'github'])).optional(),
        secrets: z.array(z.string()).optional(),
      })
      .optional(),
    images: z
      .array(z.strictObject({ name: z.string().regex(/^[A-Za-z_]\w{0,200}$/), expression: z.string().min(1) }))
      .max(100)
      .optional(),
    attestors: z.array(attestor).max(100).optional(),
    attestations: z.array(attestation).max(100).optional(),
    autogen: z.strictObject({ podControllers: podControllers.optional() }).optional(),
  }),
  status,
});

export const exceptionSchema = z.strictObject({
  apiVersion,
  kind: z.literal('PolicyException'),
  metadata,
  spec: z.strictObject({
    policyRefs: z.array(z.strictObject({ name: z.string().min(1), kind: z.string().min(1) })).min(1),
    matchConditions: matchConditions.optional(),
    images: z.array(z.string()).optional(),
    allowedValues: z.array(z.string()).optional(),
    reportResult: z.enum(['skip', 'pass']).optional(),
  }),
});

export type WrittenValidating = z.infer<typeof validatingSchema>;
export type WrittenMutating = z.infer<typeof mutatingSchema>;
export type WrittenMutation = z.infer<typeof mutation>;
export type WrittenImageValidating = z.infer<typeof imageValidatingSchema>;
export type WrittenAttestor = z.infer<typeof attestor>;
export type WrittenCosign = z.infer<typeof cosign>;
export type WrittenNotary = NonNullable<WrittenAttestor['notary']>;
export type WrittenTextOrExpression = z.infer<typeof textOrExpression>;
export type WrittenPolicy = WrittenValidating | WrittenMutating | WrittenImageValidating;
