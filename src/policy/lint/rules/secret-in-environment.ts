import { problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';
import { looksSecret } from '#policy/lint/secret-shapes.ts';

/** A secret in plain text, which everyone reads who may read the file, the object or the image. Its value is never shown. */
export const secretInEnvironment: LintRule = {
  name: 'secret-in-environment',
  severity: 'error',
  find: (files) =>
    files.flatMap((manifest) =>
      manifest.variables.flatMap((variable) => {
        const kind = looksSecret(variable.name, variable.value);
        return kind === undefined ? [] : [problemAt(manifest, variable, { variable: variable.name, kind })];
      }),
    ),
};
