import { createHash, randomBytes } from 'node:crypto';

/** Proves that who exchanges a code is who has asked for it (RFC 7636, "PKCE"). */
export interface ProofKey {
  /** Shown at the exchange. */
  readonly verifier: string;
  /** Shown before: its hash. */
  readonly challenge: { readonly code_challenge: string; readonly code_challenge_method: 'S256' };
}

export function createProofKey(): ProofKey {
  const verifier = randomText();
  const hash = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, challenge: { code_challenge: hash, code_challenge_method: 'S256' } };
}

/** A text that nobody can guess. */
export function randomText(): string {
  return randomBytes(32).toString('base64url');
}
