/** The characters of a text by their code points, which is how CEL counts them. */
export function charactersOf(value: string): string[] {
  return Array.from(value);
}
