import { z } from 'zod';
import { conditions, registryCredentials } from './conditions.ts';

/** `verifyImages`, in the old form and the new one. */

const textMap = z.record(z.string(), z.string()).optional();
const text = z.string().optional();

const rekor = z.strictObject({ url: text, pubkey: text, ignoreTlog: z.boolean().optional() }).optional();
const ctlog = z.strictObject({ ignoreSCT: z.boolean().optional(), pubkey: text, tsaCertChain: text }).optional();
const algorithm = z.enum(['', 'sha224', 'sha256', 'sha384', 'sha512']).optional();

const entry = z.strictObject({
  keys: z
    .strictObject({
      publicKeys: text,
      signatureAlgorithm: algorithm,
      kms: text,
      secret: z.strictObject({ name: z.string(), namespace: z.string() }).optional(),
      rekor,
      ctlog,
    })
    .optional(),
  certificates: z.strictObject({ cert: text, certChain: text, rekor, ctlog }).optional(),
  keyless: z
    .strictObject({
      rekor,
      ctlog,
      issuer: text,
      issuerRegExp: text,
      subject: text,
      subjectRegExp: text,
      roots: text,
      additionalExtensions: textMap,
    })
    .optional(),
  get attestor() {
    return attestorSet.optional();
  },
  annotations: textMap,
  repository: text,
  signatureAlgorithm: algorithm,
});

/** Some of whom so many must vouch. */
export const attestorSet = z.strictObject({
  count: z.int().min(0).optional(),
  entries: z.array(entry).min(1).max(50),
});

export type WrittenAttestorSet = z.infer<typeof attestorSet>;
export type WrittenEntry = z.infer<typeof entry>;

const failureAction = z.enum(['Audit', 'Enforce', 'audit', 'enforce']);

const attestation = z.strictObject({
  name: text,
  predicateType: text,
  type: text,
  attestors: z.array(attestorSet).optional(),
  conditions: conditions.optional(),
});

/** One demand on images. */
export const imageVerification = z.strictObject({
  failureAction: failureAction.optional(),
  type: z.enum(['Cosign', 'SigstoreBundle', 'Notary']).optional(),
  image: text,
  imageReferences: z.array(z.string()).max(500).optional(),
  skipImageReferences: z.array(z.string()).max(500).optional(),
  key: text,
  roots: text,
  subject: text,
  issuer: text,
  additionalExtensions: textMap,
  attestors: z.array(attestorSet).max(50).optional(),
  attestations: z.array(attestation).max(50).optional(),
  annotations: textMap,
  repository: text,
  cosignOCI11: z.boolean().optional(),
  mutateDigest: z.boolean().optional(),
  verifyDigest: z.boolean().optional(),
  validate: z
    .strictObject({ message: text, deny: z.strictObject({ conditions: conditions.optional() }).optional() })
    .optional(),
  required: z.boolean().optional(),
  imageRegistryCredentials: registryCredentials.optional(),
  useCache: z.boolean().optional(),
});

export type WrittenVerification = z.infer<typeof imageVerification>;

/** Where objects of other kinds name images. */
export const imageExtractors = z.record(
  z.string(),
  z.array(z.strictObject({ path: z.string(), value: text, name: text, key: text, jmesPath: text })).min(1),
);
