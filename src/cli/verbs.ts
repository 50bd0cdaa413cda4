import type { Command, RouteMap } from '@stricli/core';
import type { Context } from './context.ts';

/** One verb of the command line. Its file is only loaded when it is called. */
export interface Verb {
  readonly name: string;
  readonly brief: string;
  load(): Promise<{ readonly default: Command<Context> | RouteMap<Context> }>;
}

/** Every verb there is, in the order of the help. To add one, write its file and name it here. */
export const verbs: readonly Verb[] = [
  {
    name: 'scan',
    brief: 'what is known about what is in an image',
    load: () => import('./commands/scan.ts'),
  },
  { name: 'sbom', brief: 'what is in an image', load: () => import('./commands/sbom.ts') },
  {
    name: 'explain',
    brief: 'why a flaw is, or is not, reported',
    load: () => import('./commands/explain.ts'),
  },
  { name: 'sign', brief: 'vouch for an image', load: () => import('./commands/sign.ts') },
  { name: 'attest', brief: 'state something about an image, signed', load: () => import('./commands/attest.ts') },
  { name: 'verify', brief: 'who vouches for it', load: () => import('./commands/verify.ts') },
  { name: 'check', brief: 'may it run: the verdict of a policy', load: () => import('./commands/check.ts') },
  {
    name: 'policy',
    brief: 'policies: understood, tried and explained',
    load: () => import('./commands/policy/index.ts'),
  },
  {
    name: 'pin',
    brief: 'mutable references in files made immutable',
    load: () => import('./commands/pin.ts'),
  },
  {
    name: 'lint',
    brief: 'how files name images, and what is wrong with that',
    load: () => import('./commands/lint.ts'),
  },
  { name: 'serve', brief: 'the gate of a cluster', load: () => import('./commands/serve.ts') },
  {
    name: 'containerd-verify',
    brief: 'the gate of containerd',
    load: () => import('./commands/containerd-verify.ts'),
  },
  {
    name: 'docker-authorize',
    brief: 'the gate of the Docker engine',
    load: () => import('./commands/docker-authorize.ts'),
  },
  { name: 'key', brief: 'keys to sign and verify with', load: () => import('./commands/key/index.ts') },
  { name: 'db', brief: 'the local advisory database', load: () => import('./commands/db/index.ts') },
  {
    name: 'versions',
    brief: 'how the versions of an ecosystem compare',
    load: () => import('./commands/versions.ts'),
  },
];
