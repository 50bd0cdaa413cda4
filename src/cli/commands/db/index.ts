import { buildRouteMap } from '@stricli/core';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { prune } from './prune.ts';
import { status } from './status.ts';
import { update } from './update.ts';

export default buildRouteMap({
  docs: { brief: 'the local advisory database' },
  routes: { update, status, import: importCommand, export: exportCommand, prune },
});
