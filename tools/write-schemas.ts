import { writeFile } from 'node:fs/promises';
import { configurationJsonSchema } from '#cli/configuration.ts';
import { trustPolicyJsonSchema } from '#policy/languages/trust-policy/schema.ts';
import { policyTestJsonSchema } from '#policy/policy-test.ts';

/** The schemas for editors, from those that the program itself checks with. */
const schemas = {
  bulla: configurationJsonSchema(),
  'trust-policy': trustPolicyJsonSchema(),
  'policy-test': policyTestJsonSchema(),
};

for (const [name, schema] of Object.entries(schemas)) {
  await writeFile(`schemas/${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
}
