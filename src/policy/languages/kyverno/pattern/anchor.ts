/** What a key of a pattern in parentheses means, by what stands before them. */
export interface Anchor {
  readonly kind: AnchorKind;
  readonly key: string;
}

const kinds = {
  '': 'condition',
  '<': 'global',
  X: 'negation',
  '+': 'add',
  '=': 'equality',
  '^': 'existence',
} as const;
type AnchorKind = (typeof kinds)[keyof typeof kinds];

/** The anchor that a key is, or nothing for a key that is none. */
export function parseAnchor(written: string): Anchor | undefined {
  const [, modifier, key] = /^([+<=X^]?)\((.+)\)$/.exec(written.trim()) ?? [];
  if (modifier === undefined || key === undefined) return undefined;
  // The expression allows no other modifier than those of the table.
  return { kind: kinds[modifier as keyof typeof kinds], key };
}

/** A key with the same anchor around another name. */
export function withKey({ kind }: Anchor, key: string): string {
  const modifier = Object.entries(kinds).find(([, one]) => one === kind)?.[0] ?? '';
  return `${modifier}(${key})`;
}
