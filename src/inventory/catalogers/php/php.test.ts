import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { php } from './cataloger.ts';

const installed = 'var/www/vendor/composer/installed.json';

async function readJson(value: unknown) {
  return readAs(php, installed, JSON.stringify(value));
}

test('php reads the list of Composer 2', async () => {
  const { packages, problems } = await readJson({
    packages: [
      {
        name: 'monolog/monolog',
        version: '2.9.1',
        license: ['MIT'],
        'install-path': '../monolog/monolog',
      },
      {
        name: 'phpunit/phpunit',
        version: 'v10.0.0',
        license: 'BSD-3-Clause',
        bin: ['phpunit', '../../../../etc/evil'],
        'install-path': '../phpunit/phpunit',
      },
      { name: 'drupal/token', version: 'dev-main', 'install-path': '../../web/modules/contrib/token' },
      { name: 'symfony/polyfill', version: 'v1.0.0', 'install-path': null },
      { name: 'up/up', version: '1', 'install-path': '../../../../usr' },
    ],
    dev: false,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(packages, [
    {
      type: 'composer',
      name: 'monolog/monolog',
      version: '2.9.1',
      licenses: ['MIT'],
      files: ['var/www/vendor/monolog/monolog/'],
    },
    {
      type: 'composer',
      name: 'phpunit/phpunit',
      version: 'v10.0.0',
      licenses: ['BSD-3-Clause'],
      files: ['var/www/vendor/phpunit/phpunit/', 'var/www/vendor/bin/phpunit', 'var/www/vendor/bin/evil'],
    },
    {
      type: 'composer',
      name: 'drupal/token',
      version: 'dev-main',
      licenses: [],
      files: ['var/www/web/modules/contrib/token/'],
    },
    { type: 'composer', name: 'symfony/polyfill', version: 'v1.0.0', licenses: [], files: [] },
    { type: 'composer', name: 'up/up', version: '1', licenses: [], files: [] },
  ]);
});

test('php reads the list of Composer 1, where folders go by names', async () => {
  const { packages } = await readJson([{ name: 'psr/log', version: '1.0.0' }]);
  assert.deepEqual(packages, [
    { type: 'composer', name: 'psr/log', version: '1.0.0', licenses: [], files: ['var/www/vendor/psr/log/'] },
  ]);
});

test('php wants nothing but the list of what is installed', () => {
  assert.ok(wants(php, installed));
  assert.ok(wants(php, 'app/libraries/composer/installed.json'));
  assert.ok(!wants(php, 'app/composer.lock'));
  assert.ok(!wants(php, 'app/installed.json'));
});

const damaged = [
  { what: 'an empty file', bytes: '', problems: ['it is empty'] },
  { what: 'no JSON', bytes: '[', problems: ['it is not JSON'] },
  { what: 'no list', bytes: '{"packages":{}}', problems: ['it has no list of packages'] },
  { what: 'a text', bytes: '"packages"', problems: ['it has no list of packages'] },
];

for (const { what, bytes, problems } of damaged) {
  test(`php: ${what} is a problem`, async () => assert.deepEqual(await readAs(php, installed, bytes), { problems }));
}

test('php: entries without a name or a version are problems, and the rest counts', async () => {
  const { packages, problems } = await readJson([7, { name: 'a/b' }, { name: 'c/d', version: '1.0' }]);
  assert.deepEqual(problems, ['a package has no name', 'package a/b has no version']);
  assert.equal(packages?.length, 1);
});

test('php: any JSON and any bytes give an answer', async () => {
  const field = fc.oneof(fc.string(), fc.jsonValue());
  const entry = fc.record(
    { name: field, version: field, license: field, bin: field, 'install-path': field },
    { requiredKeys: [] },
  );
  const list = fc.array(fc.oneof(entry, fc.jsonValue()));
  const json = fc.oneof(list, fc.record({ packages: list }), fc.jsonValue()).map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), json), async (content) => {
      const { packages = [], problems = [] } = await readAs(php, installed, content);
      assert.ok(packages.length + problems.length >= 0);
    }),
  );
});
