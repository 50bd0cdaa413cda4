import type { Library } from '#policy/cel/function.ts';

const request = 'a gate opens no connection that a policy names';
const chance = 'the same question must get the same answer';
const data = 'entries of the global context are not kept here; read the object itself with resource.Get()';
const creates = 'a gate that decides makes no objects';

/** Functions of Kyverno that are not offered, with why. */
export const refused: Library = {
  name: 'refused',
  functions: [],
  refused: new Map([
    ...['Get', 'Post', 'Client', 'get', 'post', 'client'].map((name) => [`http.${name}`, request] as const),
    ['http', request],
    ...['globalContext', 'globalContext.Get', 'globalContext.get'].map((name) => [name, data] as const),
    ...['random', 'random.random'].map((name) => [name, chance] as const),
    ...['generator', 'generator.Apply', 'generator.apply', 'resource.Post', 'resource.post'].map(
      (name) => [name, creates] as const,
    ),
    ...['regex.replace', 'regex.extract', 'regex.extractAll'].map(
      (name) => [name, 'find() and findAll() give what matches, and replace() replaces texts'] as const,
    ),
    ...['gzip', 'gzip.compress', 'gzip.decompress'].map((name) => [name, 'what is packed is not unpacked'] as const),
  ]),
};
