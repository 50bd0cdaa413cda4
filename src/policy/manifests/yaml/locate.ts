import { isAlias, isMap, isScalar, isSeq, type Scalar } from 'yaml';
import type { Entry, NodeView } from './node-view.ts';

/** Where a value stands in the text of a file, in UTF-16 code units. */
export interface Located {
  /** From the first character of the value, without quotes, to behind its last. */
  readonly start: number;
  readonly end: number;
  /** Behind the closing quote. */
  readonly outerEnd: number;
  /** The same of what stands here itself, which may be an alias. */
  readonly ownEnd: number;
  /** What stands there is a list or a map, and no text. */
  readonly isCollection: boolean;
  /** A tag that YAML does not know, such as `!Ref`. */
  readonly tag: string | undefined;
  /** Its key, if it stands in a map. */
  readonly key?: { readonly start: number; readonly inFlow: boolean };
}

/** Where the value at these steps stands; nothing if there is none. */
export function locate(
  text: string,
  root: unknown,
  steps: readonly (string | number)[],
  view: NodeView,
): Located | undefined {
  let node = view.followed(root);
  let entry: Entry | undefined;
  let own: unknown = root;
  for (const step of steps) {
    entry = isMap(node) ? view.entriesOf(node).get(String(step)) : undefined;
    if (isSeq(node)) own = node.items[Number(step)];
    else if (entry === undefined) return undefined;
    else own = entry.value;
    node = view.followed(own);
  }
  const key = entry === undefined ? undefined : { start: startOf(entry.key), inFlow: entry.owner.flow === true };
  const range = isScalar(node) ? innerRange(text, node) : undefined;
  const ownEnd = isAlias(own) ? (own.range?.[1] ?? 0) : range?.outerEnd;
  if (isScalar(node) && range !== undefined)
    return { ...range, ownEnd: ownEnd ?? range.outerEnd, isCollection: false, tag: node.tag, key };
  if (!isMap(node) && !isSeq(node)) return undefined;
  const [start, end] = node.range ?? [0, 0];
  return { start, end, outerEnd: end, ownEnd: ownEnd ?? end, isCollection: true, tag: node.tag, key };
}

function innerRange(text: string, scalar: Scalar): Pick<Located, 'start' | 'end' | 'outerEnd'> {
  const [start, end] = scalar.range ?? [0, 0];
  const { type } = scalar;
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') return { start: start + 1, end: end - 1, outerEnd: end };
  if (type !== 'BLOCK_FOLDED' && type !== 'BLOCK_LITERAL') return { start, end, outerEnd: end };
  // The header of a block is a line of its own; the value is what follows, without the space around it.
  const line = text.indexOf('\n', start);
  const body = line < 0 || line >= end ? '' : text.slice(line, end);
  const inner = body.trim();
  const from = line + body.indexOf(inner);
  return inner === '' ? { start: end, end, outerEnd: end } : { start: from, end: from + inner.length, outerEnd: end };
}

function startOf(node: unknown): number {
  return isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}
