import { askService } from '#signatures/services/request.ts';
import { metadataHost } from './google-metadata.ts';
import type { TokenProvider } from './provider.ts';

/** The metadata server of Google Cloud, where the environment says that this is the place. */
export const google: TokenProvider = {
  name: 'Google Cloud',
  async token(environment, audience) {
    const host = metadataHost(environment);
    if (host === undefined) return undefined;
    const query = new URLSearchParams({ audience, format: 'full' }).toString();
    const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/identity?${query}`;
    const { body } = await askService({ url, method: 'GET', headers: { 'metadata-flavor': 'Google' } });
    return body.toString('utf8').trim();
  },
};
