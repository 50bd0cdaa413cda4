import { signatureError } from '#signatures/errors.ts';
import type { Metadata } from './metadata.ts';
import type { Signers } from './roles.ts';

/**
 * Demands that enough of those who may sign metadata have signed it (TUF §5.3.4 and its like). A key counts once, however often it
 * has signed, and under however many ids it is listed.
 * @throws `tuf-threshold-unmet`
 */
export function requireThreshold(metadata: Metadata, { keys, threshold }: Signers): void {
  const signed = new Set<string>();
  for (const { keyId, bytes } of metadata.signatures) {
    const key = keys.get(keyId);
    if (key === undefined || signed.has(key.identity)) continue;
    if (key.hasSigned(metadata.signedBytes, bytes)) signed.add(key.identity);
    if (signed.size >= threshold) return;
  }
  const { role, version } = metadata;
  throw signatureError(
    'tuf-threshold-unmet',
    `${role}.json of version ${version} is signed by ${signed.size} of those who may, and ${threshold} must`,
    { hint: 'use another mirror or network: this one gives what its publishers have not signed' },
  );
}
