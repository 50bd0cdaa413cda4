import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { configurationJsonSchema } from '#cli/configuration.ts';
import { customResourceDefinitions } from '#policy/languages/trust-policy/custom-resources.ts';
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

/** And for clusters. */
for (const { name, definition } of customResourceDefinitions()) {
  await writeFile(`deploy/crds/${name}.yaml`, stringify(definition, { aliasDuplicateObjects: false }));
}
