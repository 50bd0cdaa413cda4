import { awsKms } from './aws-kms.ts';
import { azureKms } from './azure-kms.ts';
import { environmentKeys } from './environment.ts';
import { fileKeys } from './file.ts';
import { gitlabVariables } from './gitlab.ts';
import { googleKms } from './google-kms.ts';
import { kubernetesSecrets } from './kubernetes.ts';
import { pkcs11Keys } from './pkcs11.ts';
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
  googleKms,
  azureKms,
  kubernetesSecrets,
  gitlabVariables,
  pkcs11Keys,
  pluginKeys,
];
