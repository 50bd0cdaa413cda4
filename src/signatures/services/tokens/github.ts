import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';
import type { TokenProvider } from './provider.ts';

/** GitHub Actions, for jobs with the permission `id-token: write`. */
export const github: TokenProvider = {
  name: 'GitHub Actions',
  async token(environment, audience) {
    const url = environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
    const bearer = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
    if (url === '' || bearer === '') return undefined;
    const asked = `${url}&audience=${encodeURIComponent(audience)}`;
    const { body } = await askService({ url: asked, method: 'GET', headers: { authorization: `Bearer ${bearer}` } });
    const token = asText(asObject(parseJson(body))?.['value']);
    if (token === undefined) throw noAnswer(url, 'it has no token');
    return token;
  },
};
