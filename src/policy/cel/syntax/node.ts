import type { Value } from '#policy/cel/value.ts';

/** An expression as it is written, with macros recognised. `at` is where it begins, in characters. */
export type Node = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: Value }
  /** `isRooted`: written with a dot before it, so that no variable of a macro is meant. */
  | { readonly kind: 'name'; readonly name: string; readonly isRooted: boolean }
  | { readonly kind: 'select'; readonly operand: Node; readonly field: string; readonly isOptional: boolean }
  | { readonly kind: 'has'; readonly operand: Node; readonly field: string }
  | { readonly kind: 'index'; readonly operand: Node; readonly index: Node; readonly isOptional: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly target?: Node; readonly args: readonly Node[] }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Node[] }
  | { readonly kind: 'choice'; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly Field[] }
  | Macro
);

export interface Item {
  readonly value: Node;
  readonly isOptional: boolean;
}

export interface Entry extends Item {
  readonly key: Node;
}

export interface Field extends Item {
  readonly name: string;
}

/** A form that gives names to values for the expressions in it. */
export interface Macro {
  readonly kind: 'macro';
  readonly macro: MacroName;
  /** What is gone through, or what is named. */
  readonly range: Node;
  readonly variables: readonly string[];
  readonly bodies: readonly Node[];
}

export type MacroName =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'map'
  | 'filter'
  | 'sortBy'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry'
  | 'bind'
  | 'optMap'
  | 'optFlatMap';
