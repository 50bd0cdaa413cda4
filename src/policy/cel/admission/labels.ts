import { asObject, asTextMap, type JsonObject } from '#kit/narrow.ts';
import type { WrittenSelector } from './schema.ts';

/** The labels of an object. */
export function labelsOf(object: JsonObject | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(asTextMap(asObject(object?.['metadata'])?.['labels'])));
}

/** Whether labels are as a selector says (`metav1.LabelSelector`): an empty one selects everything. */
export function selects(selector: WrittenSelector, labels: ReadonlyMap<string, string>): boolean {
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
export function isSelective(selector: WrittenSelector | undefined): selector is WrittenSelector {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.keys(matchLabels).length + matchExpressions.length > 0;
}
