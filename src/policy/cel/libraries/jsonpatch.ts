import { fn, type Library } from '#policy/cel/function.ts';
import { text } from '#policy/cel/type.ts';

/** `jsonpatch.escapeKey`, for keys in the paths of changes (RFC 6901, 3). */
export const jsonpatch: Library = {
  name: 'jsonpatch',
  functions: [
    fn('jsonpatch.escapeKey', [text], text, (key, run) => {
      run.grow(key.length * 2);
      return key.replaceAll('~', '~0').replaceAll('/', '~1');
    }),
  ],
};
