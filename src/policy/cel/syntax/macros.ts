import type { Macro, MacroName, Node } from './node.ts';

/** How a macro is called: how many names it may give, and how many expressions follow these. */
interface Shape {
  readonly macro: MacroName;
  readonly variables: readonly number[];
  readonly bodies: readonly number[];
}

/** Macros of a value (language definition, "Macros"; two variables: cel-go, "ext/comprehensions"). */
const shapes = new Map<string, Shape>([
  ['all', { macro: 'all', variables: [1, 2], bodies: [1] }],
  ['exists', { macro: 'exists', variables: [1, 2], bodies: [1] }],
  ['exists_one', { macro: 'existsOne', variables: [1], bodies: [1] }],
  ['existsOne', { macro: 'existsOne', variables: [1, 2], bodies: [1] }],
  ['map', { macro: 'map', variables: [1], bodies: [1, 2] }],
  ['filter', { macro: 'filter', variables: [1], bodies: [1] }],
  ['sortBy', { macro: 'sortBy', variables: [1], bodies: [1] }],
  ['transformList', { macro: 'transformList', variables: [2], bodies: [1, 2] }],
  ['transformMap', { macro: 'transformMap', variables: [2], bodies: [1, 2] }],
  ['transformMapEntry', { macro: 'transformMapEntry', variables: [2], bodies: [1, 2] }],
  ['optMap', { macro: 'optMap', variables: [1], bodies: [1] }],
  ['optFlatMap', { macro: 'optFlatMap', variables: [1], bodies: [1] }],
]);

type Call = Node & { readonly kind: 'call' };

/** Makes the form of a call that is a macro: `has(a.b)`, `cel.bind(x, a, b)`, `list.all(x, …)`. Nothing if it is none. */
export function recogniseMacro(call: Call, problem: (at: number, problem: string) => Error): Node | undefined {
  const { at, name, target, args } = call;
  if (target === undefined) return name === 'has' ? hasOf(call, problem) : undefined;
  if (target.kind === 'name' && target.name === 'cel' && name === 'bind') return bindOf(call, problem);
  const shape = shapes.get(name);
  if (shape === undefined) return undefined;
  for (const count of shape.variables.toReversed()) {
    if (!shape.bodies.includes(args.length - count)) continue;
    const names = args.slice(0, count);
    // With three arguments the second may be a condition: then it is no name.
    if (count > 1 && !names.every(isPlainName)) continue;
    const variables = namesOf(names, problem);
    return { kind: 'macro', at, macro: shape.macro, range: target, variables, bodies: args.slice(count) };
  }
  throw problem(at, `${name}() is given ${args.length} arguments`);
}

function hasOf({ at, args }: Call, problem: (at: number, problem: string) => Error): Node {
  const [field, ...more] = args;
  if (field?.kind !== 'select' || field.isOptional || more.length > 0) {
    throw problem(at, 'has() is asked about a field: has(a.b)');
  }
  return { kind: 'has', at, operand: field.operand, field: field.field };
}

function bindOf({ at, args }: Call, problem: (at: number, problem: string) => Error): Macro & { at: number } {
  const [name, range, body, ...more] = args;
  if (name === undefined || range === undefined || body === undefined || more.length > 0) {
    throw problem(at, 'cel.bind() takes a name, its value and an expression');
  }
  return { kind: 'macro', at, macro: 'bind', range, variables: namesOf([name], problem), bodies: [body] };
}

function isPlainName(node: Node): boolean {
  return node.kind === 'name' && !node.isRooted;
}

function namesOf(nodes: readonly Node[], problem: (at: number, problem: string) => Error): string[] {
  const names = nodes.map((node) => {
    if (node.kind !== 'name' || node.isRooted) throw problem(node.at, 'a name for the value is expected here');
    return node.name;
  });
  if (new Set(names).size < names.length) throw problem(nodes[0]?.at ?? 0, 'the two names are the same');
  return names;
}
