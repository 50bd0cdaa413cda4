import type { Environment } from './provider.ts';

/** Variables that Google Cloud sets where programs run: Cloud Run, its jobs, its functions, and Cloud Build. */
const markers = ['K_SERVICE', 'CLOUD_RUN_JOB', 'FUNCTION_TARGET', 'CLOUD_BUILD'];

/**
 * The metadata server of Google Cloud, where the environment says that this is the place. Elsewhere its name means nothing, and
 * asking for it would only take time.
 * @returns host, perhaps with a port
 */
export function metadataHost(environment: Environment): string | undefined {
  const named = environment['GCE_METADATA_HOST'];
  if (named) return /^[\w.:[\]-]+$/.test(named) ? named : undefined;
  return markers.some((marker) => environment[marker]) ? 'metadata.google.internal' : undefined;
}
