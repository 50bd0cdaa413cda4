import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { defaultPolicy } from '#policy/languages/trust-policy/default-policy.ts';

export const showDefault = buildCommand<object, [], Context>({
  docs: { brief: 'write the policy that decides where nobody has named one' },
  parameters: { flags: {} },
  func() {
    this.process.stdout.write(defaultPolicy);
  },
});
