import { policyError } from '#policy/errors.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import { bytes, text } from '#policy/cel/type.ts';

/** `base64.encode` and `base64.decode` (cel-go, "ext.Encoders"). Padding may be left out. */
export const base64: Library = {
  name: 'base64',
  functions: [
    fn('base64.encode', [bytes], text, (value, run) => {
      run.grow(value.length * 2);
      return Buffer.from(value).toString('base64');
    }),
    fn('base64.decode', [text], bytes, (value, run) => {
      run.grow(value.length);
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw policyError('expression-failed', 'a text is not base64');
      return new Uint8Array(Buffer.from(value, 'base64'));
    }),
  ],
};
