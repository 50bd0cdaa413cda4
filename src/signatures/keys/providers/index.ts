import { awsKms } from './aws-kms.ts';
import { environmentKeys } from './environment.ts';
import { fileKeys } from './file.ts';
import { kubernetesSecrets } from './kubernetes.ts';
import { pluginKeys } from './plugin.ts';
import type { KeyProvider } from './provider.ts';
import { vaultTransit } from './vault.ts';

/**
 * Every place where keys are. To add one, write its file and name it here. A scheme that is none of theirs is the name of a program
 * (`plugin.ts`), which therefore comes last.
 */
export const keyProviders: readonly KeyProvider[] = [
  fileKeys,
  environmentKeys,
  vaultTransit,
  awsKms,
  kubernetesSecrets,
  pluginKeys,
];
