import { buildkit } from './buildkit.ts';
import { cloudBuild } from './cloud-build.ts';
import { generic } from './generic.ts';
import { git } from './git.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { Shape } from './shape.ts';
import { slsaGithubGenerator } from './slsa-github-generator.ts';
import { tekton } from './tekton.ts';

/** Every shape that is read; the last holds any. To add one, write its file and name it here. */
export const shapes: readonly [...Shape[], Shape] = [
  github,
  slsaGithubGenerator,
  buildkit,
  tekton,
  gitlab,
  cloudBuild,
  git,
  generic,
];
