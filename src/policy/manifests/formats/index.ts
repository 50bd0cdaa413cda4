import type { ManifestFormat } from '#policy/manifests/format.ts';
import { compose } from './compose.ts';
import { dockerfile } from './dockerfile.ts';
import { ecs } from './ecs.ts';
import { githubActions } from './github-actions.ts';
import { gitlabCi } from './gitlab-ci.ts';
import { helmValues } from './helm-values.ts';
import { kubernetes } from './kubernetes.ts';
import { kustomization } from './kustomization.ts';
import { nomad } from './nomad.ts';

/** Every format of files that name images. To add one, write its file, and name it here and in `manifestFormatNames`. */
export const manifestFormats: readonly ManifestFormat[] = [
  kubernetes,
  kustomization,
  helmValues,
  compose,
  githubActions,
  gitlabCi,
  ecs,
  nomad,
  dockerfile,
];
