import { z } from 'zod';

/** The fields of `kyverno-test.yaml` (cli.kyverno.io/v1alpha1, `Test`), and of the files that it names. */

const text = z.string().optional();
const texts = z.array(z.string()).optional();
const flag = z.boolean().optional();
const anything = z.unknown();

const result = z.strictObject({
  policy: z.string(),
  rule: text,
  kind: text,
  resources: texts,
  resource: text,
  namespace: text,
  result: z.enum(['pass', 'fail', 'skip', 'warn', 'error']),
  patchedResources: text,
  patchedResource: text,
  operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']).optional(),
  failOnMissingResources: flag,
  isValidatingAdmissionPolicy: flag,
  isMutatingAdmissionPolicy: flag,
  isValidatingPolicy: flag,
  isImageValidatingPolicy: flag,
  isMutatingPolicy: flag,
});

export type WrittenResult = z.infer<typeof result>;

const values = z.record(z.string(), anything).optional();

const valuesSpec = z.strictObject({
  globalValues: values,
  policies: z
    .array(
      z.strictObject({
        name: z.string(),
        resources: z.array(z.strictObject({ name: z.string(), values })).optional(),
        rules: z
          .array(
            z.strictObject({
              name: z.string(),
              values,
              foreachValues: z.record(z.string(), z.array(anything)).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
  namespaceSelector: z
    .array(z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }))
    .optional(),
  namespaces: z.array(z.looseObject({})).optional(),
});

export type WrittenValues = z.infer<typeof valuesSpec>;

export const valuesSchema = z.strictObject({
  apiVersion: text,
  kind: z.literal('Values').optional(),
  metadata: anything.optional(),
  ...valuesSpec.shape,
});

export const testSchema = z.strictObject({
  apiVersion: z.literal('cli.kyverno.io/v1alpha1').optional(),
  kind: z.literal('Test').optional(),
  metadata: z.looseObject({}).optional(),
  name: text,
  policies: z.array(z.string()).min(1),
  resources: texts,
  clusterResources: texts,
  paramResources: texts,
  variables: text,
  values: valuesSpec.optional(),
  userinfo: text,
  exceptions: texts,
  context: text,
  results: z.array(result).min(1),
});

/** Who asks. */
export const userSchema = z.strictObject({
  apiVersion: text,
  kind: z.literal('UserInfo').optional(),
  metadata: anything.optional(),
  roles: texts,
  clusterRoles: texts,
  userInfo: z.strictObject({ username: text, uid: text, groups: texts, extra: anything.optional() }).optional(),
});

/** What a registry and a cluster would say. */
export const contextSchema = z.strictObject({
  apiVersion: text,
  kind: z.literal('Context').optional(),
  metadata: anything.optional(),
  spec: z.strictObject({
    resources: z.array(z.looseObject({})).optional(),
    images: z
      .array(
        z.strictObject({
          image: z.string(),
          resolvedImage: text,
          registry: text,
          repository: text,
          tag: text,
          digest: text,
          imageIndex: z.looseObject({}).optional(),
          manifest: z.looseObject({}).optional(),
          config: z.looseObject({}).optional(),
        }),
      )
      .optional(),
  }),
});

export type WrittenContextImages = NonNullable<z.infer<typeof contextSchema>['spec']['images']>;
