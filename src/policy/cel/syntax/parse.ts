import type { Entry, Field, Item, Node } from './node.ts';
import { recogniseMacro } from './macros.ts';
import { syntaxError } from './syntax-error.ts';
import { readTokens, type Token } from './tokens.ts';

/** No expression is longer, has more nodes or is nested deeper. */
const longestSource = 100_000;
const mostNodes = 20_000;
const deepest = 200;

/**
 * Parses an expression (CEL language definition, "Syntax"), with optional selection (`a.?b`, `a[?b]`, `{?k: v}`, `[?x]`) and fields in
 * backticks.
 * @throws `policy-invalid`, with line and column
 */
export function parseExpression(source: string): Node {
  if (source.length > longestSource) throw syntaxError(source, 0, `it is longer than ${longestSource} characters`);
  const parser = new Parser(source, readTokens(source));
  return parser.whole();
}

/** Words that can name no variable ("Syntax", RESERVED). */
const reserved = new Set(
  (
    'as break const continue else false for function if import in let loop null package namespace return true var void ' +
    'while'
  ).split(' '),
);

const constants = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const relations = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
const sums = new Set(['+', '-']);
const products = new Set(['*', '/', '%']);

/** Recursive descent, one method a rule of the grammar. */
class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #nodes = 0;
  #depth = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  whole(): Node {
    const node = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#problem('this is not expected here');
    return node;
  }

  #expression(): Node {
    if (++this.#depth > deepest) throw this.#problem(`it is nested deeper than ${deepest}`);
    const condition = this.#logic('or');
    let node = condition;
    if (this.#takes('?')) {
      const yes = this.#logic('or');
      this.#must(':');
      node = this.#made({ kind: 'choice', at: condition.at, condition, yes, no: this.#expression() });
    }
    this.#depth--;
    return node;
  }

  #logic(kind: 'and' | 'or'): Node {
    const term = () => (kind === 'or' ? this.#logic('and') : this.#binary(relations, () => this.#sum()));
    const first = term();
    const terms = [first];
    while (this.#takes(kind === 'or' ? '||' : '&&')) terms.push(term());
    return terms.length === 1 ? first : this.#made({ kind, at: first.at, terms });
  }

  #sum(): Node {
    return this.#binary(sums, () => this.#binary(products, () => this.#unary()));
  }

  #binary(operators: ReadonlySet<string>, operand: () => Node): Node {
    let left = operand();
    for (let links = 0; operators.has(this.#sign()); links++) {
      if (links > deepest) throw this.#problem(`it chains more than ${deepest} operators`);
      const { text, at } = this.#take();
      const name = text === 'in' ? '@in' : `_${text}_`;
      left = this.#made({ kind: 'call', at, name, args: [left, operand()] });
    }
    return left;
  }

  #unary(): Node {
    const { at } = this.#peek();
    const operator = this.#sign();
    if (operator !== '!' && operator !== '-') return this.#member();
    let count = 0;
    while (this.#sign() === operator) {
      this.#take();
      count++;
    }
    // The minus of a number belongs to it, so that the smallest integer can be written.
    const isNumber = operator === '-' && isNumberToken(this.#peek());
    const operand = this.#member(isNumber);
    const rest = isNumber ? count - 1 : count;
    return rest % 2 === 0 ? operand : this.#made({ kind: 'call', at, name: `${operator}_`, args: [operand] });
  }

  #member(isNegative = false): Node {
    let node = this.#primary(isNegative);
    for (let links = 0; ; links++) {
      if (links > deepest) throw this.#problem(`it chains more than ${deepest} selections`);
      if (this.#takes('.')) node = this.#selection(node);
      else if (this.#takes('[')) {
        const isOptional = this.#takes('?');
        const index = this.#expression();
        this.#must(']');
        node = this.#made({ kind: 'index', at: node.at, operand: node, index, isOptional });
      } else return node;
    }
  }

  #selection(operand: Node): Node {
    const isOptional = this.#takes('?');
    const { kind, text, at } = this.#take();
    if (kind !== 'word' && kind !== 'quotedWord') throw this.#problemAt(at, 'a name is expected after the dot');
    if (isOptional || kind === 'quotedWord' || !this.#takes('(')) {
      return this.#made({ kind: 'select', at: operand.at, operand, field: text, isOptional });
    }
    return this.#call(text, at, operand);
  }

  #call(name: string, at: number, target?: Node): Node {
    const args = this.#list(')', () => this.#expression());
    const node: Node = { kind: 'call', at, name, target, args };
    const macro = recogniseMacro(node, (where, problem) => this.#problemAt(where, problem));
    return this.#made(macro ?? node);
  }

  #primary(isNegative: boolean): Node {
    const token = this.#take();
    const { at, text } = token;
    if (token.kind === 'literal') return this.#literal(token, isNegative);
    if (token.kind === 'word' && constants.has(text))
      return this.#made({ kind: 'literal', at, value: constants.get(text) ?? null });
    if (token.kind === 'word') return this.#named(text, at, false);
    if (text === '.') return this.#named(this.#take().text, at, true);
    if (text === '(') {
      const inside = this.#expression();
      this.#must(')');
      return inside;
    }
    if (text === '[') return this.#made({ kind: 'list', at, items: this.#list(']', () => this.#item()) });
    if (text === '{') return this.#made({ kind: 'map', at, entries: this.#list('}', () => this.#entry()) });
    throw this.#problemAt(at, token.kind === 'end' ? 'something is missing' : 'a value is expected here');
  }

  #literal(token: Token & { kind: 'literal' }, isNegative: boolean): Node {
    const { at, text } = token;
    const value =
      isNegative && (typeof token.value === 'bigint' || typeof token.value === 'number') ? -token.value : token.value;
    const limit = 1n << 63n;
    if (typeof value === 'bigint' && (value < -limit || value >= limit))
      throw this.#problemAt(at, `${text} is too large`);
    if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'uint') {
      if (isNegative) throw this.#problemAt(at, 'an unsigned number has no minus');
      if (value.value >= limit * 2n) throw this.#problemAt(at, `${text} is too large`);
    }
    return this.#made({ kind: 'literal', at, value });
  }

  #named(name: string, at: number, isRooted: boolean): Node {
    if (reserved.has(name) || !/^[A-Za-z_]/.test(name)) throw this.#problemAt(at, 'this word names no value');
    if (this.#takes('(')) return this.#call(name, at);
    const struct = this.#structName(name);
    if (struct !== undefined)
      return this.#made({ kind: 'struct', at, name: struct, fields: this.#list('}', () => this.#field()) });
    return this.#made({ kind: 'name', at, name, isRooted });
  }

  /** The name before `{`, if that is what follows: `a.b.C{`. */
  #structName(first: string): string | undefined {
    let ahead = this.#next;
    let name = first;
    while (this.#tokens[ahead]?.text === '.' && this.#tokens[ahead + 1]?.kind === 'word') {
      name += `.${this.#tokens[ahead + 1]?.text ?? ''}`;
      ahead += 2;
    }
    const brace = this.#tokens[ahead];
    if (brace?.kind !== 'sign' || brace.text !== '{') return undefined;
    this.#next = ahead + 1;
    return name;
  }

  #item(): Item {
    return { isOptional: this.#takes('?'), value: this.#expression() };
  }

  #entry(): Entry {
    const isOptional = this.#takes('?');
    const key = this.#expression();
    this.#must(':');
    return { isOptional, key, value: this.#expression() };
  }

  #field(): Field {
    const isOptional = this.#takes('?');
    const { kind, text, at } = this.#take();
    if (kind !== 'word' && kind !== 'quotedWord') throw this.#problemAt(at, 'the name of a field is expected here');
    this.#must(':');
    return { isOptional, name: text, value: this.#expression() };
  }

  /** What stands between commas, up to a sign; a comma before that is allowed. */
  #list<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.#takes(end)) {
      items.push(read());
      if (!this.#takes(',')) {
        this.#must(end);
        break;
      }
    }
    return items;
  }

  #made(node: Node): Node {
    if (++this.#nodes > mostNodes) throw this.#problem(`it has more than ${mostNodes} parts`);
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: this.#source.length, text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  /** The sign that comes next, or the word `in`; nothing for whatever else. */
  #sign(): string {
    const { kind, text } = this.#peek();
    return kind === 'sign' || (kind === 'word' && text === 'in') ? text : '';
  }

  #takes(sign: string): boolean {
    if (this.#sign() !== sign) return false;
    this.#next++;
    return true;
  }

  #must(sign: string): void {
    if (!this.#takes(sign)) throw this.#problem(`"${sign}" is expected here`);
  }

  #problem(problem: string) {
    return this.#problemAt(this.#peek().at, problem);
  }

  #problemAt(at: number, problem: string) {
    return syntaxError(this.#source, at, problem);
  }
}

function isNumberToken(token: Token): boolean {
  return token.kind === 'literal' && (typeof token.value === 'bigint' || typeof token.value === 'number');
}
