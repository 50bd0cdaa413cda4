import fc from 'fast-check';
import type { JsonObject } from '#kit/narrow.ts';
import { operators } from '#policy/languages/kyverno/conditions/operators.ts';

const keys = fc.constantFrom('a', 'b', 'c');
const scalar = fc.constantFrom<unknown>('x', 'xy', '', '2', '1Gi', '10m', '1h', '1.2.3', 0, 1, 2, true, false);
/** What a ConfigMap of chance holds, deeper than a real one. */
export const data = fc.letrec<{ any: unknown; map: JsonObject }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, scalar, tie('map'), fc.array(tie('any'), { maxLength: 3 })),
  map: fc.dictionary(keys, tie('any'), { minKeys: 1, maxKeys: 3 }),
})).map;

const term = fc.constantFrom<unknown>(
  'x',
  'x*',
  '?*',
  '*',
  '!x',
  'x|2',
  '>1',
  '<=1Gi',
  '1-5',
  '>30m',
  null,
  1,
  true,
  '',
);
// An existence anchor of what is not there makes an error of every other failure there; see docs/kyverno.md.
const key = fc
  .tuple(fc.constantFrom('', '', '()', '<()', '=()', 'X()'), keys)
  .map(([anchor, name]) => (anchor === '' ? name : anchor.replace('()', `(${name})`)));
const pattern = fc.letrec<{ any: unknown; map: JsonObject }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, term, tie('map'), fc.array(tie('map'), { minLength: 1, maxLength: 1 })),
  map: fc.dictionary(key, tie('any'), { minKeys: 1, maxKeys: 3 }),
})).map;

const operand = fc.oneof(
  scalar,
  fc.constantFrom('x*', '*', '1-5', '["x","2"]', '1Gi-2Gi'),
  fc.array(fc.constantFrom('x', 'x*', '2', 'a'), { maxLength: 3 }),
);
const condition = fc.record({
  key: fc.constantFrom(
    ...['a', 'b.c', "a || 'z'", 'b[].a', 'length(@)', 'keys(@)', 'b[0]', 'c.a || `2`', 'to_string(a)'].map((path) =>
      path.includes('@') ? `{{ request.object.data | ${path} }}` : `{{ request.object.data.${path} }}`,
    ),
  ),
  // Of the older ones a list that holds more than texts ends it.
  operator: fc.constantFrom(...[...operators.keys()].filter((name) => !['in', 'notin'].includes(name))).map(capital),
  value: operand,
});
const conditions = fc.record(
  {
    all: fc.array(condition, { minLength: 1, maxLength: 2 }),
    any: fc.array(condition, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['all'] },
);

/** Rules about such ConfigMaps, of each kind. */
export const made: Readonly<Record<string, fc.Arbitrary<object>>> = {
  patterns: pattern.map((one) => ({ validate: { pattern: { data: one } } })),
  'several patterns': fc
    .tuple(pattern, pattern)
    .map((some) => ({ validate: { anyPattern: some.map((one) => ({ data: one })) } })),
  conditions: fc.tuple(conditions, fc.option(conditions, { nil: undefined })).map(([deny, preconditions]) => ({
    ...(preconditions === undefined ? {} : { preconditions }),
    validate: { deny: { conditions: deny } },
  })),
  lists: fc
    .tuple(fc.constantFrom('a', 'b', 'b || `[]`', 'keys(@)', 'b[].a'), fc.oneof(pattern, conditions))
    .map(([list, check]) => {
      const path = list.includes('@') ? `request.object.data | ${list}` : `request.object.data.${list}`;
      const each = Object.hasOwn(check, 'all') ? { deny: { conditions: check } } : { pattern: check };
      return { validate: { foreach: [{ list: path, ...each }] } };
    }),
};

/** The names of operators as the schema of Kyverno has them. */
function capital(name: string): string {
  const words = ['duration', 'greater', 'less', 'than', 'or', 'equals', 'equal', 'not', 'any', 'all', 'in'];
  const found = name.match(new RegExp(words.join('|'), 'g')) ?? [];
  return found.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

const merge = (patch: object) => ({ patchStrategicMerge: patch });
const patch = (...operations: readonly object[]) => ({ patchesJson6902: JSON.stringify(operations) });

/** Changes to {@link pod}, each of which changes something. */
export const changes: readonly object[] = [
  merge({ spec: { hostNetwork: true } }),
  merge({ metadata: { labels: { '+(app)': 'x', '+(team)': 'y' } } }),
  merge({ metadata: { labels: null } }),
  merge({ metadata: { '(labels)': { '+(team)': 'x', '(app)': 'other' } } }),
  merge({ spec: { containers: [{ '(image)': '*:latest', imagePullPolicy: 'Always' }] } }),
  merge({ spec: { containers: [{ name: 'b', env: [{ name: 'Y', value: '2' }] }] } }),
  merge({ spec: { containers: [{ '<(image)': 'redis*' }], imagePullSecrets: [{ name: 's' }] } }),
  merge({ spec: { '(hostPID)': true, hostIPC: true, volumes: [{ name: 'v', $patch: 'delete' }] } }),
  merge({ metadata: { annotations: { who: '{{ request.object.spec.containers[0].image }}' } } }),
  patch({ op: 'add', path: '/metadata/annotations/a~1b', value: 'c' }),
  patch({ op: 'add', path: '/spec/containers/-1', value: { name: 'c', image: 'x' } }),
  patch({ op: 'add', path: '/spec/containers/0', value: { name: 'c', image: 'x' } }),
  patch({ op: 'replace', path: '/spec/containers/-1/image', value: 'x' }),
  patch({ op: 'add', path: '/spec/volumes/1/name', value: 'x' }),
  patch({ op: 'remove', path: '/spec/nothing' }, { op: 'remove', path: '/metadata/labels' }),
  patch({ op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' }),
  patch({ op: 'move', from: '/spec/containers/0', path: '/spec/containers/1' }),
  {
    foreach: [
      {
        list: 'request.object.spec.containers',
        patchStrategicMerge: { spec: { containers: [{ name: '{{ element.name }}', image: 'r/{{ element.image }}' }] } },
      },
    ],
  },
  {
    foreach: [
      {
        list: 'request.object.spec.containers',
        preconditions: { all: [{ key: '{{ element.image }}', operator: 'Equals', value: 'redis*' }] },
        ...patch({ op: 'replace', path: '/spec/containers/{{elementIndex}}/image', value: 'x' }),
      },
    ],
  },
];

/** A pod that {@link changes} are about. */
export function pod(name: string): JsonObject {
  const containers = [
    { name: 'a', image: 'nginx:latest' },
    { name: 'b', image: 'redis:7', env: [{ name: 'X', value: '1' }] },
  ];
  const metadata = { name, namespace: 'default', labels: { app: 'web' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { hostPID: true, containers } };
}

/** A ConfigMap with this in it. */
export function configMap(values: JsonObject, at: number): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `o${at}`, namespace: 'default' }, data: values };
}
