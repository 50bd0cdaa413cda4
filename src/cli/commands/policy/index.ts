import { buildRouteMap } from '@stricli/core';
import { attack } from './attack.ts';
import { showDefault } from './default.ts';
import { explain } from './explain.ts';
import { lint } from './lint.ts';
import { schema } from './schema.ts';
import { simulate } from './simulate.ts';
import { test } from './test.ts';

export default buildRouteMap({
  docs: { brief: 'policies: understood, tried and explained' },
  routes: { lint, test, simulate, attack, explain, default: showDefault, schema },
});
