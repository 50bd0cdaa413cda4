// Preloaded into a process by `NODE_OPTIONS=--import …`: notes in a file every module of a file that it loads.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const file = process.env['BULLA_TEST_MODULES'];

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:') && url !== import.meta.url) appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});
