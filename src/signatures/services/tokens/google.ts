import { askService } from '#signatures/services/request.ts';
import type { TokenProvider } from './provider.ts';

/** The metadata server of Google Cloud, where the environment says that this is the place. */
export const google: TokenProvider = {
  name: 'Google Cloud',
  async token(environment, audience) {
    // Elsewhere its name means nothing, and asking for it would only take time.
    const host =
      environment['GCE_METADATA_HOST'] ||
      (environment['K_SERVICE'] || environment['CLOUD_BUILD'] ? 'metadata.google.internal' : '');
    if (host === '') return undefined;
    const query = new URLSearchParams({ audience, format: 'full' }).toString();
    const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/identity?${query}`;
    const { body } = await askService({ url, method: 'GET', headers: { 'metadata-flavor': 'Google' } });
    return body.toString('utf8').trim();
  },
};
