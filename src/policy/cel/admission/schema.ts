import { z } from 'zod';
import { labelSelectorSchema } from '#policy/workloads/label-selector.ts';

/**
 * The fields that policies with CEL have in common (`admissionregistration.k8s.io/v1`): all that there are, so that one that is not
 * known is found.
 */

const resourceRule = z.strictObject({
  apiGroups: z.array(z.string()).min(1),
  apiVersions: z.array(z.string().min(1)).min(1),
  operations: z.array(z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT', '*'])).min(1),
  resources: z.array(z.string().min(1)).min(1),
  resourceNames: z.array(z.string()).optional(),
  scope: z.enum(['Cluster', 'Namespaced', '*']).optional(),
});

export const matchResources = z.strictObject({
  resourceRules: z.array(resourceRule).optional(),
  excludeResourceRules: z.array(resourceRule).optional(),
  namespaceSelector: labelSelectorSchema.optional(),
  objectSelector: labelSelectorSchema.optional(),
  matchPolicy: z.enum(['Exact', 'Equivalent']).optional(),
});

const expression = z.string().min(1);

const mostConditions = 64;
const mostExpressions = 500;

export const matchConditions = z.array(z.strictObject({ name: z.string().min(1), expression })).max(mostConditions);

export const variables = z
  .array(
    z.strictObject({ name: z.string().regex(/^[A-Za-z_]\w{0,200}$/, 'it must be a name as CEL has them'), expression }),
  )
  .max(mostExpressions);

export const validations = z
  .array(
    z.strictObject({
      expression,
      message: z.string().optional(),
      messageExpression: z.string().optional(),
      reason: z.string().optional(),
    }),
  )
  .max(mostExpressions);

export const auditAnnotations = z
  .array(z.strictObject({ key: z.string().min(1), valueExpression: expression }))
  .max(mostExpressions);

export const failurePolicy = z.enum(['Fail', 'Ignore']);
export const validationActions = z.array(z.enum(['Deny', 'Warn', 'Audit'])).min(1);

/** What Kubernetes itself writes about an object. */
export const metadata = z.looseObject({ name: z.string().min(1), namespace: z.string().optional() });

export type WrittenRule = z.infer<typeof resourceRule>;
export type WrittenMatch = z.infer<typeof matchResources>;
export type WrittenConditions = z.infer<typeof matchConditions>;
export type WrittenVariables = z.infer<typeof variables>;
export type WrittenValidations = z.infer<typeof validations>;
export type WrittenAnnotations = z.infer<typeof auditAnnotations>;
export type FailurePolicy = z.infer<typeof failurePolicy>;
export type ValidationActions = z.infer<typeof validationActions>;
