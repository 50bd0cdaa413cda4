import type { ManifestGap } from './reference.ts';
import type { ManifestSource } from './source.ts';

/** What is to be said of a file that should be YAML or JSON, and cannot be read as that; nothing if it can. */
export function yamlGap(source: ManifestSource): ManifestGap | undefined {
  const found = source.problem();
  if (found === undefined) return undefined;
  const position = source.positionAt(found.at);
  return source.text.includes('{{')
    ? { code: 'template', message: 'it is a template, and not readable before it is rendered', place: '', ...position }
    : { code: 'unreadable', message: `it cannot be read: ${found.problem}`, place: '', ...position };
}
