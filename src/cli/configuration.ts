import { parse } from 'yaml';
import { z } from 'zod';
import { feedNames } from '#advisories/feeds/feed.ts';
import { messageOf } from '#kit/error.ts';
import { cliError } from './errors.ts';
import { longestTimeout } from './timeout.ts';

/** What `bulla.yaml` may say. An unknown field is an error, because a typing mistake must not turn a setting off. */
const configurationSchema = z
  .strictObject({
    database: z.string().describe('Folder of the advisory database.'),
    cache: z.string().describe('Folder where results are kept by digest.'),
    offline: z.boolean().describe('Ask nothing on the network.'),
    platform: z.string().describe('Which platform of an index, such as linux/arm64.'),
    registry: z
      .strictObject({
        insecure: z
          .array(z.string())
          .describe('Hosts whose certificates are not checked, and that may use plain HTTP.'),
        ca: z.string().describe('File with certificates to trust besides the usual ones, PEM.'),
        timeout: z
          .number()
          .positive()
          .max(longestTimeout)
          .describe('Seconds that a registry may be silent before it is given up.'),
      })
      .partial(),
    feeds: z
      .partialRecord(z.enum(feedNames), z.string())
      .describe('Where feeds are fetched from: an http(s) or file URL of the same layout as the publisher has.'),
    signing: z
      .strictObject({
        fulcio: z.string().describe('Authority for certificates.'),
        rekor: z.string().describe('Transparency log.'),
        rekorV2: z.string().describe("Transparency log of Rekor's second version."),
        oidcIssuer: z.string().describe('Where the person at the terminal signs in.'),
        oidcClientId: z.string().describe('As which program they sign in there.'),
        timestamp: z.string().describe('Timestamp authority, the whole address that takes requests.'),
      })
      .partial()
      .describe("Who is asked to sign; without a word, Sigstore's public instance."),
    lint: z
      .strictObject({
        allow: z
          .array(z.string())
          .describe('Images that files may name, like registry.example/team/**; all others are errors.'),
      })
      .partial()
      .describe('What bulla lint looks for.'),
    staleAfterHours: z.number().positive().describe('Hours after which a feed that was not checked is stale.'),
  })
  .partial();

export type Configuration = z.infer<typeof configurationSchema>;

/** The same for editors: JSON Schema, kept as `schemas/bulla.schema.json`. */
export function configurationJsonSchema(): object {
  return {
    $id: 'bulla.schema.json',
    title: 'Configuration of bulla',
    description: 'What bulla.yaml may say; see docs/configuration.md.',
    ...z.toJSONSchema(configurationSchema),
  };
}

/** Reads a configuration. @throws `config-unreadable` for what is not YAML, `config-unknown` for what the schema does not allow */
export function parseConfiguration(text: string, name: string): Configuration {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw cliError('config-unreadable', `${name} is not YAML: ${messageOf(error)}`);
  }
  const result = configurationSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw cliError('config-unknown', `${name} is not a configuration: ${problems.join('; ')}`, {
    hint: 'schemas/bulla.schema.json describes it; editors complete and check it',
  });
}
