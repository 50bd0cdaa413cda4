/** One paragraph of a control file: field values by field name, continuation lines joined by newlines. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * Reads the paragraphs of a Debian control file (deb822(5)), as in `/var/lib/dpkg/status`. Field names are taken as written,
 * except that their case is folded; lines that are neither a field nor a continuation are passed over.
 */
export function* readParagraphs(text: string): Generator<Paragraph> {
  let fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
      last = undefined;
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last !== undefined) fields.set(last, `${fields.get(last) ?? ''}\n${line.slice(1)}`);
    } else {
      const colon = line.indexOf(':');
      last = colon < 0 ? undefined : line.slice(0, colon).toLowerCase();
      if (last !== undefined) fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

/** Lines one by one, without a list of all of them. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
    start = stop + 1;
  }
}
