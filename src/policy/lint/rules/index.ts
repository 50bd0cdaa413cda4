import type { LintRule } from '#policy/lint/rule.ts';
import { actionWithoutCommit } from './action-without-commit.ts';
import { imageNotAllowed } from './image-not-allowed.ts';
import { imagePullPolicy } from './image-pull-policy.ts';
import { latestTag } from './latest-tag.ts';
import { movedTag } from './moved-tag.ts';
import { platformDigest } from './platform-digest.ts';
import { secretInEnvironment } from './secret-in-environment.ts';
import { shortName } from './short-name.ts';
import { tagWithoutDigest } from './tag-without-digest.ts';
import { tagsDiffer } from './tags-differ.ts';

/** Every rule. To add one, write its file, name it here and in `lintRuleNames`, and give it its sentences in `texts/`. */
export const lintRules: readonly LintRule[] = [
  latestTag,
  tagWithoutDigest,
  actionWithoutCommit,
  shortName,
  imageNotAllowed,
  imagePullPolicy,
  tagsDiffer,
  secretInEnvironment,
  movedTag,
  platformDigest,
];
