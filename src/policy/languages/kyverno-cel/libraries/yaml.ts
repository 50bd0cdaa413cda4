import { parse } from 'yaml';
import { messageOf } from '#kit/error.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import { fromJson } from '#policy/cel/json.ts';
import { dyn, text } from '#policy/cel/type.ts';
import { policyError } from '#policy/errors.ts';

/** `yaml.parse(text)`. */
export const yaml: Library = {
  name: 'yaml',
  functions: [
    fn('yaml.parse', [text], dyn, (written, run) => {
      run.grow(written.length * 10);
      try {
        return fromJson(parse(written, { maxAliasCount: 100, logLevel: 'silent' }));
      } catch (error) {
        const [problem = ''] = messageOf(error).split('\n');
        throw policyError('expression-failed', `a text is no YAML: ${problem}`);
      }
    }),
  ],
};
