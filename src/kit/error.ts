/**
 * The one error class of the program. Everything thrown on purpose is one of these: it has a stable code that scripts can
 * match, a sentence that says what is wrong, the place it happened and, where there is a cure, a hint that names it.
 *
 * Each area declares its own closed list of codes and throws through {@link errorsOf}; `docs/errors.md` explains them all.
 */
export class BullaError<Code extends string = string> extends Error {
  override readonly name = 'BullaError';
  readonly code: Code;
  /** What the user can do about it, as one sentence or a command. */
  readonly hint: string | undefined;
  /** Where it happened, from the outside in: image, layer, file. */
  readonly at: readonly string[];

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint === undefined ? undefined : redact(details.hint);
    this.at = (details.at ?? []).map(redact);
  }

  /** The same error seen from further out: `place` comes before what is already known of where it happened. */
  within(place: string): BullaError<Code> {
    const { code, message, hint, cause } = this;
    return new BullaError(code, message, { hint, cause, at: [place, ...this.at] });
  }
}

export interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly at?: readonly string[];
}

/**
 * Gives an area its own way to make errors, so that a code it never declared is a type error.
 *
 * @example
 * export const imageErrors = ['reference-invalid'] as const;
 * export const imageError = errorsOf(imageErrors);
 * throw imageError('reference-invalid', '"UPPER" is not a repository name', { hint: 'write it in lower case' });
 */
export function errorsOf<const Codes extends readonly string[]>(_codes: Codes) {
  return (code: Codes[number], message: string, details?: ErrorDetails): BullaError<Codes[number]> =>
    new BullaError(code, message, details);
}

/** The sentence of anything that was thrown; never a stack. */
export function messageOf(thrown: unknown): string {
  return redact(thrown instanceof Error ? thrown.message : String(thrown));
}

/** Names `place` as the outside of whatever fails in `work`; foreign errors pass through unchanged. */
export async function within<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BullaError ? error.within(place) : error;
  }
}

/** Secrets never reach a message: passwords in URLs, bearer tokens, signed query parameters. */
function redact(text: string): string {
  return text
    .replaceAll(/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@')
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***')
    .replaceAll(/([?&](?:sig|signature|token|access_token|x-amz-signature|x-goog-signature)=)[^&\s"]+/gi, '$1***');
}
