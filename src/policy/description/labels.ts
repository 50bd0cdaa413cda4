import type { LabelSelector } from '#policy/workloads/label-selector.ts';
import { joined, listed, named, type Said } from './said.ts';

/** Which labels a selector wants, as a part of a sentence. */
export function describeLabels({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Said {
  return joined([
    ...Object.entries(matchLabels).map(([key, value]) => named(`${key}=${value}`)),
    ...matchExpressions.map(describeExpression),
  ]);
}

function describeExpression({
  key: written,
  operator,
  values = [],
}: NonNullable<LabelSelector['matchExpressions']>[number]): Said {
  const key = named(written);
  const all = listed(values);
  switch (operator) {
    case 'In':
      return { en: `${key.en} one of ${all.en}`, de: `${key.de} eines von ${all.de}` };
    case 'NotIn':
      return { en: `${key.en} none of ${all.en}`, de: `${key.de} keines von ${all.de}` };
    case 'Exists':
      return { en: `with ${key.en}`, de: `mit ${key.de}` };
    case 'DoesNotExist':
      return { en: `without ${key.en}`, de: `ohne ${key.de}` };
  }
}
