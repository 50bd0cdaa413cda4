import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { toJson } from '#cli/output.ts';
import { trustPolicyJsonSchema } from '#policy/languages/trust-policy/schema.ts';

export const schema = buildCommand<object, [], Context>({
  docs: { brief: 'write the JSON Schema of trust policies, for editors' },
  parameters: { flags: {} },
  func() {
    this.process.stdout.write(toJson(trustPolicyJsonSchema()));
  },
});
