import { z } from 'zod';
import { operators } from '#policy/languages/kyverno/conditions/operators.ts';

/** Conditions and what they load first, as rules, lists and exceptions have them. */

const anything = z.unknown();

const condition = z.strictObject({
  key: anything.optional(),
  operator: z.string().refine((name) => operators.has(name.toLowerCase()), 'there is no such operator'),
  value: anything.optional(),
  message: z.string().optional(),
});

const block = z.strictObject({ any: z.array(condition).optional(), all: z.array(condition).optional() });

/** The old form is a list of conditions; the new one an object, or a list of such. */
export const conditions = z.union([z.array(condition), z.array(block), block]);

const credentials = z.strictObject({
  allowInsecureRegistry: z.boolean().optional(),
  providers: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
});

export { credentials as registryCredentials };

const apiCall = z.strictObject({
  urlPath: z.string().optional(),
  method: z.enum(['GET', 'POST']).optional(),
  data: z.array(z.strictObject({ key: z.string(), value: anything })).optional(),
  service: z
    .strictObject({
      url: z.string(),
      headers: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
      caBundle: z.string().optional(),
    })
    .optional(),
  default: anything.optional(),
  jmesPath: z.string().optional(),
});

const reserved =
  /^(?:request|images?|target|serviceAccountName|serviceAccountNamespace|element\d*|elementIndex\d*|@|)$/;

/** Values that a rule loads when it names them. */
export const context = z.array(
  z.strictObject({
    name: z.string().refine((name) => !reserved.test(name), 'the name has a meaning of its own'),
    configMap: z.strictObject({ name: z.string(), namespace: z.string().optional() }).optional(),
    apiCall: apiCall.optional(),
    imageRegistry: z
      .strictObject({
        reference: z.string(),
        jmesPath: z.string().optional(),
        imageRegistryCredentials: credentials.optional(),
      })
      .optional(),
    variable: z
      .strictObject({ value: anything.optional(), jmesPath: z.string().optional(), default: anything.optional() })
      .optional(),
    globalReference: z.strictObject({ name: z.string(), jmesPath: z.string().optional() }).optional(),
  }),
);
