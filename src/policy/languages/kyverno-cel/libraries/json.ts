import { parseJson } from '#kit/narrow.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import { fromJson, toJson } from '#policy/cel/json.ts';
import { dyn, text } from '#policy/cel/type.ts';
import { policyError } from '#policy/errors.ts';

/** `json.unmarshal(text)` and `json.marshal(value)`. */
export const json: Library = {
  name: 'json',
  functions: [
    fn('json.unmarshal', [text], dyn, (written, run) => {
      run.grow(written.length);
      const value = parseJson(written);
      if (value === undefined) throw policyError('expression-failed', 'a text is no JSON');
      return fromJson(value);
    }),
    fn('json.marshal', [dyn], text, (value, run) => {
      const written = JSON.stringify(toJson(value)) ?? 'null';
      run.grow(written.length);
      return written;
    }),
  ],
};
