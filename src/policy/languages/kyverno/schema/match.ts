import { z } from 'zod';

/** Which objects and whose requests a rule is about. */

const texts = z.array(z.string()).optional();
const textMap = z.record(z.string(), z.string()).optional();

/** A selector of labels, as Kubernetes has it. */
export const labelSelector = z.strictObject({
  matchLabels: textMap,
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: texts,
      }),
    )
    .optional(),
});

const resources = z.strictObject({
  kinds: texts,
  name: z.string().optional(),
  names: texts,
  namespaces: texts,
  annotations: textMap,
  selector: labelSelector.optional(),
  namespaceSelector: labelSelector.optional(),
  operations: z.array(z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT'])).optional(),
});

const subjects = z
  .array(
    z.strictObject({
      kind: z.enum(['User', 'Group', 'ServiceAccount']),
      name: z.string(),
      namespace: z.string().optional(),
      apiGroup: z.string().optional(),
    }),
  )
  .optional();

const filter = { resources: resources.optional(), roles: texts, clusterRoles: texts, subjects };

/** `match` or `exclude`: lists of filters, or in the old form one filter. */
export const matchBlock = z.strictObject({
  any: z.array(z.strictObject(filter)).optional(),
  all: z.array(z.strictObject(filter)).optional(),
  ...filter,
});
