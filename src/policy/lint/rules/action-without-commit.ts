import { problemAt } from '#policy/lint/images.ts';
import type { LintRule } from '#policy/lint/rule.ts';
import { writtenPin } from '#policy/pinning/written-pin.ts';

/** An action by tag or branch, which its owner, or whoever takes their account, can move. It runs with the secrets of the job. */
export const actionWithoutCommit: LintRule = {
  name: 'action-without-commit',
  severity: 'warning',
  find: (files) =>
    files.flatMap((manifest) =>
      manifest.references.flatMap((reference) =>
        reference.kind === 'action' && writtenPin(manifest.text, reference).state === 'mutable'
          ? [problemAt(manifest, reference, { action: reference.text, file: manifest.path })]
          : [],
      ),
    ),
};
