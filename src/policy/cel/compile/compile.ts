import type { Library } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import { syntaxError } from '#policy/cel/syntax/syntax-error.ts';
import type { Type } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import { compileCall, compileChoice, compileLogic } from './calls.ts';
import { compileList, compileMap, compileStruct } from './collections.ts';
import { functionTable } from './function-table.ts';
import { compileMacro } from './macros.ts';
import { compileName } from './names.ts';
import type { Compiled, Scope } from './scope.ts';
import { compileHas, compileIndex, compileSelect } from './selections.ts';
import { literalType } from './literal-type.ts';

/** What an expression may name. */
export interface Environment {
  /** Variables with their types. A name may have dots: then a selection of that name means the variable. */
  readonly variables: ReadonlyMap<string, Type>;
  /** All libraries beside CEL's own functions. */
  readonly libraries: readonly Library[];
  /** Which objects it may make, as `Name{field: value}`: the types of their fields, or `undefined` for any fields. */
  readonly structs?: (name: string) => ReadonlyMap<string, Type> | 'any' | undefined;
}

/** The values of variables, each worked out when it is asked for. */
export type Bindings = ReadonlyMap<string, (run: Run) => Value>;

/** Checks an expression, and makes it something that can be evaluated. @throws `policy-invalid`, `policy-unsupported` */
export function compile(node: Node, source: string, environment: Environment): Compiled {
  const scope: Scope = {
    environment,
    functions: functionTable(environment.libraries),
    locals: undefined,
    problem: (at, problem) => syntaxError(source, at, problem),
    compile: compileNode,
  };
  return compileNode(node, scope);
}

/** Every node costs a step. */
function compileNode(node: Node, scope: Scope): Compiled {
  const { type, evaluate } = compileByKind(node, scope);
  return {
    type,
    evaluate: (frame) => {
      frame.run.spend(1);
      return evaluate(frame);
    },
  };
}

function compileByKind(node: Node, scope: Scope): Compiled {
  switch (node.kind) {
    case 'literal':
      return { type: literalType(node.value), evaluate: () => node.value };
    case 'name':
      return compileName(node, scope);
    case 'select':
      return compileSelect(node, scope);
    case 'has':
      return compileHas(node, scope);
    case 'index':
      return compileIndex(node, scope);
    case 'call':
      return compileCall(node, scope);
    case 'and':
    case 'or':
      return compileLogic(node, scope);
    case 'choice':
      return compileChoice(node, scope);
    case 'list':
      return compileList(node, scope);
    case 'map':
      return compileMap(node, scope);
    case 'struct':
      return compileStruct(node, scope);
    case 'macro':
      return compileMacro(node, scope);
  }
}
