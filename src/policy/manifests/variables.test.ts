import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from './read-manifest.ts';

const nomad = 'job "j" {\n group "g" {\n  task "t" {\n   env {\n    A = "1"\n    B = var.x\n   }\n  }\n }\n}';

const files: readonly (readonly [path: string, text: string, variables: readonly string[]])[] = [
  [
    'pod.yaml',
    'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x\n    env: [{name: A, value: "1"}, {name: B, valueFrom: {}}]',
    ['A=1'],
  ],
  ['compose.yaml', 'services: {a: {image: x, environment: {A: 1, B: null, C: true}}}', ['A=1']],
  ['compose.yaml', 'services: {a: {image: x, environment: [A=1, "B=x=y", C]}}', ['A=1', 'B=x=y']],
  ['t.json', '{"containerDefinitions": [{"image": "x", "environment": [{"name": "A", "value": "1"}]}]}', ['A=1']],
  [
    't.yaml',
    'Resources: {T: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Image: x, Environment: [{Name: A, Value: "1"}]}]}}}',
    ['A=1'],
  ],
  [
    '.gitlab-ci.yml',
    'variables: {A: "1", B: {value: "2", description: x}}\nj: {script: a, variables: {C: "3"}}',
    ['A=1', 'B=2', 'C=3'],
  ],
  [
    'ci.yml',
    'on: push\nenv: {A: 1}\njobs: {j: {env: {B: 2}, steps: [{env: {C: 3}}], services: {s: {image: x, env: {D: 4}}}}}',
    ['B=2', 'D=4', 'C=3', 'A=1'],
  ],
  ['Dockerfile', 'ARG A=1\nFROM x\nENV B=2 C="3 4"\nENV D 5\nARG E\n', ['A=1', 'B=2', 'C=3 4', 'D=5']],
  ['j.nomad', nomad, ['A=1']],
  ['j.json', '{"TaskGroups": [{"Tasks": [{"Name": "t", "Env": {"A": "1"}}]}]}', ['A=1']],
];

test('variables with their values, in every format that has them', () => {
  for (const [path, text, expected] of files) {
    const { variables } = readManifest(path, text);
    assert.deepEqual(
      variables.map(({ name, value }) => `${name}=${value}`),
      expected,
      text,
    );
    for (const { value, line, column } of variables) {
      const rest = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
      assert.ok(rest.includes(value), text);
    }
  }
});
