import { asList, asObject, asText, asTextMap, asTexts, type JsonObject } from '#kit/narrow.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';

/** Whether labels are as a selector says (`metav1.LabelSelector`); names and values of `matchLabels` may have wildcards. */
export function selects(selector: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const given = Object.entries(labels);
  const matchLabels = Object.entries(asTextMap(selector['matchLabels'])).every(([key, value]) =>
    given.some(([name, label]) => isLike(key, name) && isLike(value, label)),
  );
  const known = new Map(given);
  return (
    matchLabels &&
    asList(selector['matchExpressions']).every((expression) => {
      const fields = asObject(expression) ?? {};
      const label = known.get(asText(fields['key']) ?? '');
      const values = asTexts(fields['values']);
      switch (fields['operator']) {
        case 'In':
          return label !== undefined && values.includes(label);
        case 'NotIn':
          return label === undefined || !values.includes(label);
        case 'Exists':
          return label !== undefined;
        default:
          return label === undefined;
      }
    })
  );
}
