/**
 * Foreign text as it may be shown: in one line, bounded, without control characters and without what may be a secret: queries
 * of URLs, and words so long and mixed that they are likelier tokens than language.
 */
export function printable(text: string, longest = 300): string {
  const safe = text
    .slice(0, longest * 8)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll(/\?[^\s"'<>]+/g, '?…')
    .replaceAll(/[\w+=.~-]{32,}/g, (word) => (isDigest(word) ? word : '***'))
    .trim();
  return safe.length <= longest ? safe : `${safe.slice(0, longest)}…`;
}

function isDigest(word: string): boolean {
  return /^(?:sha(?:256|512)-)?(?:[0-9a-f]{64}|[0-9a-f]{128})$/.test(word);
}
