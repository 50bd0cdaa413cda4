import { policyError } from '#policy/errors.ts';

/** A policy of a namespace reads only what is there. @throws `expression-failed` */
export function checkNamespace(namespace: string | undefined, own: string | undefined): void {
  if (own === undefined || namespace === own) return;
  throw policyError('expression-failed', `a policy of ${own} may not read ${namespace ?? 'what is in no namespace'}`);
}
