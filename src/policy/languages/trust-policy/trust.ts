import { z } from 'zod';
import type { Surroundings } from '#policy/surroundings.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import { readTrustRoot, type TrustRoot } from '#signatures/trust/trust-root.ts';

export const trustSchema = z
  .strictObject({
    trustedRoot: z
      .union([z.string(), z.looseObject({})])
      .optional()
      .describe('A trusted_root.json of a Sigstore instance, as text or as it is.'),
    certificates: z.string().optional().describe('Certificates of your own authority, PEM, the root last.'),
    timestamps: z.string().optional().describe('Certificates of your own timestamp authority, PEM, the root last.'),
    log: z
      .enum(['required', 'optional'])
      .optional()
      .describe('Whether signatures must be in a transparency log; by default where certificates are used.'),
  })
  .refine(
    ({ trustedRoot, certificates, timestamps }) =>
      trustedRoot === undefined || (certificates ?? timestamps) === undefined,
    {
      message: 'a trusted root names all authorities: leave out certificates and timestamps',
    },
  )
  .describe("Whom to believe about certificates; Sigstore's public instance, or what the gate was told, by default.");

/** Whom a policy believes about certificates. */
export interface Trust {
  /** Whether the policy says so itself. */
  readonly isOwn: boolean;
  readonly log?: 'required' | 'optional';
  root(surroundings: Surroundings): Promise<TrustRoot>;
}

/** @throws `trust-root-invalid` */
export function readTrust(written: z.infer<typeof trustSchema> | undefined): Trust {
  const own = readOwn(written);
  return {
    isOwn: own !== undefined,
    log: written?.log,
    root: (surroundings) => (own === undefined ? surroundings.trustRoot() : Promise.resolve(own)),
  };
}

function readOwn(written: z.infer<typeof trustSchema> | undefined): TrustRoot | undefined {
  const { trustedRoot, certificates, timestamps } = written ?? {};
  if (trustedRoot !== undefined) {
    const text = typeof trustedRoot === 'string' ? trustedRoot : JSON.stringify(trustedRoot);
    return readTrustRoot(text, 'spec.trust.trustedRoot');
  }
  if (certificates === undefined && timestamps === undefined) return undefined;
  return ownTrust({
    certificates: certificates === undefined ? undefined : { pem: certificates, name: 'spec.trust.certificates' },
    timestamps: timestamps === undefined ? undefined : { pem: timestamps, name: 'spec.trust.timestamps' },
  });
}
