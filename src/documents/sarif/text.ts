/**
 * How foreign text gets into a message: names and titles come from images and advisories, and must neither become links, markup or
 * placeholders nor turn the direction of the text around them.
 */
export interface TextStyle {
  /** A name, a version, a path. */
  readonly name: (text: string) => string;
  /** A sentence that has foreign words in it. */
  readonly prose: (text: string) => string;
}

/** Plain messages (SARIF 2.1.0, §3.11.2): brackets could be an embedded link (§3.11.6), braces a placeholder (§3.11.5). */
export const plain: TextStyle = { name: plainText, prose: plainText };

/** Formatted messages (§3.11.3), which are GitHub Flavored Markdown. */
export const markdown: TextStyle = { name: codeSpan, prose: escapeMarkdown };

/** One line of foreign text; what is longer than this says no more to a person. */
const longestText = 300;

function plainText(text: string): string {
  return escapeBraces(oneLine(text).replaceAll(/[[\]\\]/g, String.raw`\$&`));
}

/** GFM 2.4: a backslash before punctuation takes its meaning away, also that of a bare web address. */
function escapeMarkdown(text: string): string {
  return escapeBraces(oneLine(text).replaceAll(/[!-/:-@[-`|~]/g, String.raw`\$&`));
}

/** GFM 6.3: between longer runs of backticks than any inside, everything is literal. */
function codeSpan(text: string): string {
  const line = escapeBraces(oneLine(text));
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = line === '' || /^[ `]|[ `]$/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

function escapeBraces(text: string): string {
  return text.replaceAll(/[{}]/g, '$&$&');
}

/** Without control characters, line breaks and marks that change the direction of text. */
function oneLine(text: string): string {
  const line = text.toWellFormed().replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
  return line.length <= longestText ? line : `${line.slice(0, longestText - 1).toWellFormed()}…`;
}
