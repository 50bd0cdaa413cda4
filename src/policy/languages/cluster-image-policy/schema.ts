import { z } from 'zod';
import { labelSelectorSchema } from '#policy/workloads/label-selector.ts';

/**
 * The fields of `ClusterImagePolicy` and `TrustRoot` (policy.sigstore.dev/v1alpha1 and v1beta1): all that there are, so that one that
 * is not known is found. What must not be left out, and what excludes what, is asked where the field is read.
 */

const key = z.strictObject({
  data: z.string().optional(),
  secretRef: z.strictObject({ name: z.string().min(1), namespace: z.string().optional() }).optional(),
  kms: z.string().optional(),
  hashAlgorithm: z.string().optional(),
});

const identity = z.strictObject({
  issuer: z.string().optional(),
  subject: z.string().optional(),
  issuerRegExp: z.string().optional(),
  subjectRegExp: z.string().optional(),
});

/** Its own language is not evaluated here, so that it is enough to know that it is there. */
const condition = z.looseObject({});

const authority = z.strictObject({
  name: z.string().optional(),
  key: key.optional(),
  keyless: z
    .strictObject({
      url: z.string().optional(),
      identities: z.array(identity).optional(),
      'ca-cert': key.optional(),
      trustRootRef: z.string().optional(),
      insecureIgnoreSCT: z.boolean().optional(),
    })
    .optional(),
  static: z.strictObject({ action: z.enum(['pass', 'fail']), message: z.string().optional() }).optional(),
  source: z
    .array(
      z.strictObject({
        oci: z.string().optional(),
        signaturePullSecrets: z.array(z.strictObject({ name: z.string().min(1) })).optional(),
        tagPrefix: z.string().optional(),
      }),
    )
    .max(1, 'only one source can be named')
    .optional(),
  ctlog: z.strictObject({ url: z.string().optional(), trustRootRef: z.string().optional() }).optional(),
  attestations: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        predicateType: z.string().min(1),
        policy: condition.optional(),
      }),
    )
    .max(50)
    .optional(),
  rfc3161timestamp: z.strictObject({ trustRootRef: z.string().optional() }).optional(),
  signatureFormat: z.enum(['legacy', 'bundle']).optional(),
});

const match = z.strictObject({
  group: z.string().optional(),
  version: z.string().optional(),
  resource: z.string().optional(),
  selector: labelSelectorSchema.optional(),
});

/** What Kubernetes itself writes about an object. */
const metadata = z.looseObject({ name: z.string().min(1) });

export const clusterImagePolicySchema = z.strictObject({
  apiVersion: z.enum(['policy.sigstore.dev/v1alpha1', 'policy.sigstore.dev/v1beta1']),
  kind: z.literal('ClusterImagePolicy'),
  metadata,
  spec: z.strictObject({
    images: z.array(z.strictObject({ glob: z.string().min(1) })).min(1),
    authorities: z.array(authority).min(1, 'without an authority nobody could sign').max(100),
    policy: condition.optional(),
    mode: z.enum(['enforce', 'warn']).optional(),
    match: z.array(match).optional(),
  }),
  status: z.unknown().optional(),
});

export type WrittenKey = z.infer<typeof key>;
export type WrittenIdentity = z.infer<typeof identity>;
export type WrittenAuthority = z.infer<typeof authority>;
export type WrittenMatch = z.infer<typeof match>;
export type WrittenPolicy = z.infer<typeof clusterImagePolicySchema>;

/** Base64, in lines if it is long. */
const base64 = z.string().regex(/^[A-Za-z0-9+/\r\n]+={0,2}\r?\n?$/, 'it is no base64');

const certificateAuthority = z.strictObject({
  subject: z.strictObject({ organization: z.string().optional(), commonName: z.string().optional() }).optional(),
  uri: z.string().optional(),
  certChain: base64,
});

const log = z.strictObject({ baseURL: z.string().min(1), hashAlgorithm: z.string().optional(), publicKey: base64 });

export const trustRootSchema = z.strictObject({
  apiVersion: z.enum(['policy.sigstore.dev/v1alpha1', 'policy.sigstore.dev/v1beta1']),
  kind: z.literal('TrustRoot'),
  metadata,
  spec: z.strictObject({
    remote: z.looseObject({}).optional(),
    repository: z
      .strictObject({
        root: base64,
        mirrorFS: base64,
        targets: z.string().optional(),
        trustedRootTarget: z.string().optional(),
      })
      .optional(),
    sigstoreKeys: z
      .strictObject({
        certificateAuthorities: z.array(certificateAuthority).optional(),
        tLogs: z.array(log).optional(),
        ctLogs: z.array(log).optional(),
        timestampAuthorities: z.array(certificateAuthority).optional(),
      })
      .optional(),
  }),
  status: z.unknown().optional(),
});
