/** A text of unknown length, as it is quoted in a sentence. */
export function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
