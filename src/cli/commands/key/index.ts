import { buildRouteMap } from '@stricli/core';
import { generate } from './generate.ts';
import { importCommand } from './import.ts';
import { publicCommand } from './public.ts';
import { rotate } from './rotate.ts';

export default buildRouteMap({
  docs: { brief: 'keys to sign and verify with' },
  routes: { generate, import: importCommand, public: publicCommand, rotate },
});
