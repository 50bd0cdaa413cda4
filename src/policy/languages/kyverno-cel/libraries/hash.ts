import { createHash } from 'node:crypto';
import { fn, type Library } from '#policy/cel/function.ts';
import { text } from '#policy/cel/type.ts';

const algorithms = ['sha256', 'sha1', 'md5'] as const;

/** Digests of texts, in hexadecimal. */
export const hash: Library = {
  name: 'hash',
  functions: algorithms.flatMap((algorithm) =>
    [algorithm, `hash.${algorithm}`].map((name) =>
      fn(name, [text], text, (value, run) => {
        run.grow(value.length);
        return createHash(algorithm).update(value).digest('hex');
      }),
    ),
  ),
};
