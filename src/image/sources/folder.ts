import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { imageError } from '#image/errors.ts';
import type { Source } from './source.ts';

/** `dir:PATH`: a root file system in a folder, as one layer without a digest. */
export const folder: Source = {
  async open(name, { platform }) {
    const path = resolve(name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      throw imageError('source-not-found', `${name} is not a folder`, {
        hint: 'dir: takes a root file system, such as dir:/',
      });
    }
    return {
      reference: `dir:${path}`,
      config: {
        platform,
        user: '',
        entrypoint: [],
        command: [],
        environment: [],
        workingDirectory: '',
        exposedPorts: [],
        labels: {},
        diffIds: [],
        history: [],
      },
      annotations: {},
      layers: [{ index: 0, size: 0, createdBy: '', content: { kind: 'folder', path } }],
    };
  },
};
