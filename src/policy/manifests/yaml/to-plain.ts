import { isMap, isScalar, isSeq } from 'yaml';
import type { NodeView } from './node-view.ts';

/** A document that was inspected, as JSON would say it. Each alias becomes a copy, so that nothing is shared. */
export function toPlain(root: unknown, view: NodeView): unknown {
  const node = view.followed(root);
  if (isScalar(node)) return plainScalar(node.value, node.source);
  if (isSeq(node)) return node.items.map((item) => toPlain(item, view));
  if (!isMap(node)) return null;
  return Object.fromEntries([...view.entriesOf(node)].map(([name, { value }]) => [name, toPlain(value, view)]));
}

function plainScalar(value: unknown, source: string | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : (source ?? '');
}
