/** The blocks of a PEM text, each by itself; none for a text that is no PEM. */
export function pemBlocks(text: string): readonly string[] {
  return text.split(/(?=-----BEGIN )/).filter((block) => block.startsWith('-----BEGIN '));
}
