import { z } from 'zod';
import type { Reference } from '#image/reference.ts';
import type { ImageGlob } from './image-glob.ts';
import { imageGlob } from './image-glob.ts';

/**
 * An exception from a policy, as a document of its own (`kind: TrustException`). It counts only where the policy says that it
 * accepts exceptions of the document's namespace and approver; else it is shown as rejected.
 */
export const exceptionSchema = z.strictObject({
  apiVersion: z.literal('policy.bulla/v1'),
  kind: z.literal('TrustException'),
  metadata: z.looseObject({ name: z.string().min(1), namespace: z.string().optional() }),
  spec: z
    .strictObject({
      policy: z.string().min(1).describe('Name of the policy.'),
      rules: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Rules that it is an exception from; for findings, leave it out.'),
      vulnerabilities: z.array(z.string()).min(1).optional().describe('Findings that it accepts, by CVE or other id.'),
      packages: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Names of the packages that the findings are in; all by default.'),
      images: z.array(z.string()).min(1).describe('Images: patterns of names, or digests.'),
      reason: z.string().min(10).describe('Why it is acceptable, for whoever reads it later.'),
      approver: z.string().min(1).describe('Who has approved it.'),
      expires: z.iso.datetime({ offset: true }).describe('When it ends. Every exception ends.'),
      ticket: z.string().optional().describe('Where it is tracked.'),
    })
    .refine(({ rules, vulnerabilities }) => (rules === undefined) !== (vulnerabilities === undefined), {
      message: 'name either rules or vulnerabilities',
    })
    .refine(({ packages, vulnerabilities }) => packages === undefined || vulnerabilities !== undefined, {
      message: 'packages belong to vulnerabilities',
    }),
});

/** Which exceptions a policy accepts. */
export const acceptedExceptionsSchema = z
  .strictObject({
    namespaces: z
      .array(z.string())
      .min(1)
      .describe('Namespaces in which exceptions may be; "" for files and objects of none.'),
    approvers: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Who may approve; anyone who may write there by default.'),
  })
  .describe('Exceptions count only from the places that are named here. Without this, there are none.');

type Accepted = z.infer<typeof acceptedExceptionsSchema>;

/** An exception that was written, and whether the policy accepts it. */
export interface Allowance {
  readonly name: string;
  readonly reason: string;
  readonly approver: string;
  readonly expires: Date;
  readonly ticket?: string;
  readonly rules?: readonly string[];
  readonly vulnerabilities?: readonly string[];
  readonly packages?: readonly string[];
  readonly coversImage: (reference: Reference, digest: string | undefined) => boolean;
  /** Why it does not count, whatever the time. */
  readonly rejected?: string;
}

/** @throws `policy-invalid` for images that are no patterns */
export function readAllowance(
  { metadata, spec }: z.infer<typeof exceptionSchema>,
  accepted: Accepted | undefined,
): Allowance {
  const { images, expires, rules, vulnerabilities, packages, reason, approver, ticket } = spec;
  const digests = new Set(images.filter((image) => /^sha(?:256|512):/.test(image)));
  const globs: readonly ImageGlob[] = images.filter((image) => !digests.has(image)).map(imageGlob);
  return {
    name: metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
    reason,
    approver,
    ticket,
    expires: new Date(expires),
    rules,
    vulnerabilities,
    packages,
    coversImage: (reference, digest) =>
      globs.some((glob) => glob.matches(reference)) || (digest !== undefined && digests.has(digest)),
    rejected: rejectedBecause(metadata.namespace ?? '', approver, accepted),
  };
}

function rejectedBecause(namespace: string, approver: string, accepted: Accepted | undefined): string | undefined {
  if (accepted === undefined) return 'the policy accepts no exceptions';
  if (!accepted.namespaces.includes(namespace)) {
    return `the policy accepts no exceptions from ${namespace === '' ? 'outside a namespace' : `namespace ${namespace}`}`;
  }
  const { approvers } = accepted;
  if (approvers !== undefined && !approvers.includes(approver)) return `the policy does not let ${approver} approve`;
  return undefined;
}

/** Whether it counts now. */
export function isInForce({ rejected, expires }: Allowance, now: Date): boolean {
  return rejected === undefined && expires.getTime() > now.getTime();
}
