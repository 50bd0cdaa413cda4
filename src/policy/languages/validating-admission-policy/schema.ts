import { z } from 'zod';
import { labelSelectorSchema } from '#policy/workloads/label-selector.ts';
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

const apiVersion = z.enum([
  'admissionregistration.k8s.io/v1',
  'admissionregistration.k8s.io/v1beta1',
  'admissionregistration.k8s.io/v1alpha1',
]);

/** `ValidatingAdmissionPolicy`, with all fields that there are. */
export const policySchema = z.strictObject({
  apiVersion,
  kind: z.literal('ValidatingAdmissionPolicy'),
  metadata,
  spec: z.strictObject({
    paramKind: z.strictObject({ apiVersion: z.string().min(1), kind: z.string().min(1) }).optional(),
    matchConstraints: matchResources.required({ resourceRules: true }),
    matchConditions: matchConditions.optional(),
    variables: variables.optional(),
    validations: validations.optional(),
    auditAnnotations: auditAnnotations.optional(),
    failurePolicy: failurePolicy.optional(),
  }),
  status: z.unknown().optional(),
});

/** `ValidatingAdmissionPolicyBinding`, with all fields that there are. */
export const bindingSchema = z.strictObject({
  apiVersion,
  kind: z.literal('ValidatingAdmissionPolicyBinding'),
  metadata,
  spec: z.strictObject({
    policyName: z.string().min(1),
    paramRef: z
      .strictObject({
        name: z.string().min(1).optional(),
        namespace: z.string().min(1).optional(),
        selector: labelSelectorSchema.optional(),
        parameterNotFoundAction: z.enum(['Allow', 'Deny']),
      })
      .optional(),
    matchResources: matchResources.optional(),
    validationActions,
  }),
});

export type WrittenPolicy = z.infer<typeof policySchema>;
export type WrittenBinding = z.infer<typeof bindingSchema>;
export type WrittenParamRef = NonNullable<WrittenBinding['spec']['paramRef']>;
export type WrittenParamKind = NonNullable<WrittenPolicy['spec']['paramKind']>;
