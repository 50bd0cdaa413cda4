import { fn, type Library } from '#policy/cel/function.ts';
import { list, map, text } from '#policy/cel/type.ts';
import { isMap, type MapKey, type Value } from '#policy/cel/value.ts';
import { policyError } from '#policy/errors.ts';

/** `listObjToMap(keys, values, key, value)`: the field of each object of the first list names that of the second. */
export const transform: Library = {
  name: 'transform',
  functions: ['listObjToMap', 'transform.listObjToMap'].map((name) =>
    fn(name, [list(map()), list(map()), text, text], map(text), (keys, values, key, value, run) => {
      if (keys.length !== values.length)
        throw policyError('expression-failed', `${name}() takes lists of the same length`);
      run.grow(keys.length);
      const made = new Map<MapKey, Value>();
      for (const [at, one] of keys.entries()) {
        const [found, other] = [isMap(one) ? one.get(key) : undefined, values[at] ?? null];
        if (typeof found !== 'string' || !isMap(other)) {
          throw policyError('expression-failed', `${name}() takes objects, the first with a text in ${key}`);
        }
        made.set(found, other.get(value) ?? null);
      }
      return made;
    }),
  ),
};
