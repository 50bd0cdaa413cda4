import { anywhere } from './anywhere.ts';
import type { BuildEnvironment } from './environment.ts';
import { githubActions } from './github.ts';
import { gitlabJob } from './gitlab.ts';

/** Every environment that provenance is written in, the last one being any. To add one, write its file and name it here. */
export const buildEnvironments: readonly [...BuildEnvironment[], BuildEnvironment] = [
  githubActions,
  gitlabJob,
  anywhere,
];
