import type { Patience } from '#signatures/services/request.ts';
import type { Password } from '#signatures/keys/encrypted-key.ts';
import type { AskPassword } from '#signatures/keys/password.ts';
import type { SigningKey } from '#signatures/keys/signing-key.ts';

/** A place where keys are. Each is one file, listed in `index.ts`. */
export interface KeyProvider {
  /** What references to it begin with, before `://`. */
  readonly schemes: readonly string[];
  /** Whether it asks someone on the network, which `--offline` forbids. */
  readonly usesNetwork: boolean;
  /**
   * Finds a key.
   * @param purpose to sign with it, or to verify with it; places that keep them apart give the right one
   * @throws `key-not-found`, `key-invalid`, `key-credentials-missing`, `service-unreachable`, `service-failed`, `service-invalid`
   */
  find(reference: KeyReference, purpose: KeyPurpose, surroundings: KeySurroundings): Promise<FoundKey>;
}

export type KeyPurpose = 'sign' | 'verify';

/** `SCHEME://PATH`, or the path of a file. */
export interface KeyReference {
  readonly scheme: string;
  readonly path: string;
  /** As the user wrote it. */
  readonly name: string;
}

/** What a provider gives: the key itself, or someone who signs with it. */
export type FoundKey =
  | { readonly kind: 'pem'; readonly pem: Buffer; readonly password?: Password }
  | { readonly kind: 'remote'; readonly key: SigningKey };

/** What lies around the keys. */
export interface KeySurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Nothing on the network may be asked. */
  readonly offline?: boolean;
  /** Asks a person for the password of a private key; nothing where nobody can be asked. */
  readonly askPassword?: AskPassword;
  /** How long services may take; tests have less. */
  readonly patience?: Patience;
}
