import { fn, type Library } from '#policy/cel/function.ts';
import { record, text } from '#policy/cel/type.ts';

const serviceAccount = record('ServiceAccount', { Name: text, Namespace: text });

/** `parseServiceAccount(username)`: name and namespace of a service account; both empty for other users. */
export const user: Library = {
  name: 'user',
  functions: ['parseServiceAccount', 'user.parseServiceAccount'].map((name) =>
    fn(name, [text], serviceAccount, (username) => {
      const [, namespace = '', account = ''] = /^system:serviceaccount:([^:]*):(.*)$/s.exec(username) ?? [];
      return new Map([
        ['Name', account],
        ['Namespace', namespace],
      ]);
    }),
  ),
};
