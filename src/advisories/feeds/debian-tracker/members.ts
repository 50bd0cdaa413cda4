import { advisoryError } from '#advisories/errors.ts';

/** Longest value of one member; the longest real one, of the kernel, has some 10 MB. */
const longestMember = 128 << 20;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Takes a very large JSON object apart while it comes in: gives its members one by one, so that only one of them is ever held.
 * Only the outermost structure is checked here; each member's text is for `JSON.parse`.
 *
 * @returns texts of the form `"name": value`
 * @throws `feed-invalid` if it is not an object or not whole
 */
export async function* membersOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let depth = 0;
  let inText = false;
  let escaped = false;
  let member: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
        continue;
      }
      if (byte === quote) inText = true;
      else if (byte === openBrace || byte === openBracket) {
        if (++depth === 1) start = i + 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (--depth === 1) {
          const text = Buffer.concat([...member, chunk.subarray(start, i + 1)]).toString();
          yield text.replace(/^[\s,]+/, '');
          member = [];
          held = 0;
          start = i + 1;
        }
      }
    }
    if (depth > 0 && start < chunk.length) {
      member.push(Buffer.from(chunk.subarray(start)));
      held += chunk.length - start;
      if (held > longestMember) throw advisoryError('feed-too-large', 'a member of the feed is too large');
    }
  }
  if (depth !== 0 || inText) throw advisoryError('feed-invalid', 'the feed ends too early', { hint: 'fetch it again' });
}
