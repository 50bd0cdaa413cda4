import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './config.ts';
import { titleOf } from './title.ts';

const key = 'org.opencontainers.image.title';
const titled = (label: string | undefined, annotation?: string) =>
  titleOf({
    annotations: annotation === undefined ? {} : { [key]: annotation },
    config: parseConfig(Buffer.from(JSON.stringify({ rootfs: {}, config: { Labels: { [key]: label } } }))),
  });

test('an image is called by its annotation, else by its label', () => {
  assert.equal(titled('Label'), 'Label');
  assert.equal(titled('Label', ' Annotation\n'), 'Annotation');
  assert.equal(titled('Label', ' '), 'Label');
  assert.equal(titled(undefined), undefined);
  assert.equal(titled(''), undefined);
});
