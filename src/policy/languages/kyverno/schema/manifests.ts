import { z } from 'zod';
import { attestorSet } from './images.ts';

const text = z.string().optional();

/** `validate.manifests`: who must have signed the manifest of an object. */
export const signedManifests = z.strictObject({
  attestors: z.array(attestorSet).max(50).optional(),
  annotationDomain: text,
  ignoreFields: z
    .array(
      z.strictObject({
        fields: z.array(z.string().min(1).max(1000)).max(500).optional(),
        objects: z
          .array(z.strictObject({ group: text, version: text, kind: text, name: text, namespace: text }))
          .max(100)
          .optional(),
      }),
    )
    .max(100)
    .optional(),
  dryRun: z.strictObject({ enable: z.boolean().optional(), namespace: text }).optional(),
  repository: text,
});

export type WrittenManifests = z.infer<typeof signedManifests>;
