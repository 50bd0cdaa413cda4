import { z } from 'zod';
import { asObject, asTextMap, type JsonObject } from '#kit/narrow.ts';

/** A selector of objects by their labels, as Kubernetes has it (`metav1.LabelSelector`). */
export const labelSelectorSchema = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string().min(1),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

export type LabelSelector = z.infer<typeof labelSelectorSchema>;

/** The labels of an object. */
export function labelsOf(object: JsonObject | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(asTextMap(asObject(object?.['metadata'])?.['labels'])));
}

/** Whether labels are as a selector says: an empty one selects everything. */
export function selects(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!Object.entries(matchLabels).every(([key, value]) => labels.get(key) === value)) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const label = labels.get(key);
    switch (operator) {
      case 'In':
        return label !== undefined && values.includes(label);
      case 'NotIn':
        return label === undefined || !values.includes(label);
      case 'Exists':
        return label !== undefined;
      case 'DoesNotExist':
        return label === undefined;
    }
  });
}

/** Whether a selector says anything. */
export function isSelective(selector: LabelSelector | undefined): selector is LabelSelector {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.keys(matchLabels).length + matchExpressions.length > 0;
}
