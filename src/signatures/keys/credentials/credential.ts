import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';

/** Who asks a service. Found when the service is asked first, and again when it is about to end: a run may outlast it. */
export type CredentialSource<Credential> = () => Promise<Credential>;

/** What someone gave, and until when it counts (milliseconds since 1970); without an end, for the whole run. */
export interface LentCredential<Credential> {
  readonly credential: Credential;
  readonly until?: number;
}

/** One way to get credentials: nothing where this is not the place. */
export type CredentialPlace<Credential> = (
  surroundings: KeySurroundings,
) => Promise<LentCredential<Credential> | undefined>;

/** Milliseconds: what ends sooner than that is not used any more. */
const margin = 60_000;

/**
 * Asks places in their order until one has credentials, and keeps these until they are about to end.
 * @param none makes the error that there are none
 */
export function credentialsFrom<Credential>(
  places: readonly CredentialPlace<Credential>[],
  surroundings: KeySurroundings,
  none: () => Error,
): CredentialSource<Credential> {
  let kept: LentCredential<Credential> | undefined;
  return async () => {
    if (kept !== undefined && (kept.until ?? Infinity) - margin > Date.now()) return kept.credential;
    kept = await firstOf(places, surroundings);
    if (kept === undefined) throw none();
    return kept.credential;
  };
}

async function firstOf<Credential>(
  places: readonly CredentialPlace<Credential>[],
  surroundings: KeySurroundings,
): Promise<LentCredential<Credential> | undefined> {
  for (const place of places) {
    const found = await place(surroundings);
    if (found !== undefined) return found;
  }
  return undefined;
}
