/**
 * Narrow readers for values of unknown shape, as they come out of `JSON.parse`: each gives the value if it has the wanted type
 * and nothing otherwise. What a format must have is checked by whoever reads the format.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): JsonObject | undefined {
  // The parsed edge: any object that is not a list may be read by name.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A whole number that is not negative and exact, as sizes and counts are. */
export function asCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** The texts in a list; whatever else is in it is passed over. */
export function asTexts(value: unknown): string[] {
  return asList(value).filter((item) => typeof item === 'string');
}

/** A map of texts, such as labels and annotations; whatever else is in it is passed over. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Parses JSON of unknown shape; `undefined` stands for text that is not JSON (JSON itself has no such value). */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
