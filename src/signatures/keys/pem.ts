/** A block of a PEM file (RFC 7468). */
export interface PemBlock {
  readonly label: string;
  /** Headers such as `Proc-Type`, which RFC 7468 has given up. */
  readonly headers: string;
  readonly body: Buffer;
}

/** Keys are small: the largest that Bulla uses, encrypted, has 6 kB. */
export const largestKeyFile = 64 << 10;

/** The first block of a text whose label ends so; nothing if there is none, or it is not whole, or it is larger than any key. */
export function readPem(text: string, labelEnd: string): PemBlock | undefined {
  if (text.length > largestKeyFile) return undefined;
  for (let from = 0; ;) {
    const block = nextBlock(text, from);
    if (block === undefined || block.label.endsWith(labelEnd)) return block;
    from = block.end;
  }
}

/** Writes a block, in lines of 64 characters as everyone does. */
export function writePem(label: string, body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const begin = '-----BEGIN ';

function nextBlock(text: string, from: number): (PemBlock & { readonly end: number }) | undefined {
  const start = text.indexOf(begin, from);
  const labelEnd = start < 0 ? -1 : text.indexOf('-----', start + begin.length);
  if (labelEnd < 0) return undefined;
  const label = text.slice(start + begin.length, labelEnd);
  const closing = `-----END ${label}-----`;
  const bodyStart = labelEnd + '-----'.length;
  const end = text.indexOf(closing, bodyStart);
  if (end < 0 || label.includes('\n')) return undefined;
  const content = text.slice(bodyStart, end).replaceAll('\r', '').trim();
  // An empty line ends the headers, which have a colon; base64 has none.
  const gap = content.includes(':') ? content.indexOf('\n\n') : -1;
  const digits = content.slice(gap + 1).replaceAll(/\s/g, '');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(digits) && digits.length % 4 === 0;
  if (!isBase64) return undefined;
  return {
    label,
    headers: gap < 0 ? '' : content.slice(0, gap),
    body: Buffer.from(digits, 'base64'),
    end: end + closing.length,
  };
}
