import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesIn } from '#policy/manifests/testing.ts';

const files: readonly (readonly [path: string, text: string, names: readonly string[]])[] = [
  [
    'task.json',
    '{"family": "shop", "containerDefinitions": [{"name": "web", "image": "nginx:1"}, {"name": "none"}]}',
    ['task shop container web: nginx:1', 'elsewhere: task shop container none'],
  ],
  ['task.json', '{"taskDefinition": {"containerDefinitions": [{"image": "a"}]}}', ['task container: a']],
  [
    'template.yaml',
    `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {Name: web, Image: 'nginx:1'}
        - {Name: own, Image: !Sub '1.example/app:1'}
        - {Name: map, Image: {Ref: Image}}
  Other: {Type: AWS::S3::Bucket}
`,
    ['task Task container web: nginx:1', 'template: task Task container own', 'template: task Task container map'],
  ],
  ['x.json', '{"containerDefinitions": {}}', []],
  [
    'x.yaml',
    'Resources: {T: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: !Ref X}}}',
    ['template: task T'],
  ],
];

test('task definitions name images, in both spellings', () => {
  for (const [path, text, names] of files) assert.deepEqual(namesIn(path, text), names, text);
});
