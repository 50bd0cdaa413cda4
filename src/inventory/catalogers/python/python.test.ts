import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { python } from './cataloger.ts';

const packagesFolder = 'usr/lib/python3.11/site-packages';
const folder = `${packagesFolder}/Jinja2-3.1.2.dist-info`;

function metadata(headers: readonly string[], description = ''): string {
  return `Metadata-Version: 2.1\n${headers.join('\n')}\n\n${description}`;
}

test('python reads metadata: name as written, version, licence', async () => {
  const text = metadata(
    ['Name: Jinja2', 'Version: 3.1.2', 'License: BSD-3-Clause', 'Classifier: License :: OSI Approved :: BSD License'],
    'Version: 9.9 is in the description\nName: other\n',
  );
  assert.deepEqual(await readAs(python, `${folder}/METADATA`, text), {
    packages: [
      {
        type: 'pypi',
        name: 'Jinja2',
        version: '3.1.2',
        licenses: ['BSD-3-Clause'],
        keys: [folder],
        files: [`${folder}/`],
      },
    ],
  });
});

const licences = [
  { headers: ['License-Expression: MIT OR Apache-2.0', 'License: other'], expected: ['MIT OR Apache-2.0'] },
  { headers: ['license: UNKNOWN', 'CLASSIFIER: License :: OSI Approved :: MIT License'], expected: ['MIT License'] },
  { headers: ['License: Copyright (c) 2020', '  Permission is', '  granted'], expected: [] },
  { headers: ['Classifier: License :: OSI Approved', 'Classifier: Topic :: License'], expected: [] },
  { headers: ['Classifier: License :: Public Domain'], expected: ['Public Domain'] },
  { headers: [], expected: [] },
];

for (const { headers, expected } of licences) {
  test(`python: licences in ${headers.join(', ') || 'nothing'}`, async () => {
    const text = metadata(['Name: a', 'Version: 1', ...headers]);
    assert.deepEqual((await readAs(python, `${folder}/METADATA`, text)).packages?.[0]?.licenses, expected);
  });
}

test('python: what the metadata lack, the name of their place has', async () => {
  const named = async (path: string, text = '') => {
    const { packages } = await readAs(python, path, text);
    return `${packages?.[0]?.name} ${packages?.[0]?.version}`;
  };
  assert.equal(await named(`${folder}/METADATA`), 'Jinja2 3.1.2');
  assert.equal(await named(`${folder}/METADATA`, 'Version: 4.0\n'), 'Jinja2 4.0');
  assert.equal(await named(`${packagesFolder}/six-1.16.0-py3.11.egg-info/PKG-INFO`), 'six 1.16.0');
  assert.equal(await named(`${packagesFolder}/no-version-py3.8.egg-info`, 'Name: no-version\n'), 'undefined undefined');
  assert.equal(await named(`${packagesFolder}/zope.event-4.5-py3.11.egg/EGG-INFO/PKG-INFO`), 'zope.event 4.5');
});

test('python reads a RECORD: paths may climb, be quoted or start at the root', async () => {
  const record = [
    'jinja2/__init__.py,sha256=abc,1000',
    'jinja2/__pycache__/__init__.cpython-311.pyc,,',
    '../../../bin/jinja,sha256=abc,200',
    '"odd, ""name"".py",,',
    '/usr/share/doc/jinja2,,',
    '../../../../../../etc/passwd,,',
    '',
  ];
  assert.deepEqual(await readAs(python, `${folder}/RECORD`, record.join('\r\n')), {
    adds: [
      {
        key: folder,
        files: [
          `${packagesFolder}/jinja2/__init__.py`,
          `${packagesFolder}/jinja2/__pycache__/__init__.cpython-311.pyc`,
          'usr/bin/jinja',
          `${packagesFolder}/odd, "name".py`,
          'usr/share/doc/jinja2',
        ],
      },
    ],
  });
});

test('python reads what setuptools leaves: a list of files, the top modules, one file, an egg', async () => {
  const egg = `${packagesFolder}/six-1.16.0.egg-info`;
  const list = await readAs(python, `${egg}/installed-files.txt`, '../six.py\n../../../../bin/six\nPKG-INFO\n');
  assert.deepEqual(list.adds, [{ key: egg, files: [`${packagesFolder}/six.py`, 'usr/bin/six', `${egg}/PKG-INFO`] }]);
  const modules = await readAs(python, `${egg}/top_level.txt`, 'six\n../../bin\na/b\n');
  assert.deepEqual(modules.adds, [{ key: egg, files: [`${packagesFolder}/six.py`, `${packagesFolder}/six/`] }]);
  const single = await readAs(python, `${packagesFolder}/argparse-1.1.egg-info`, 'Name: argparse\nVersion: 1.1\n');
  assert.deepEqual(single.packages?.[0]?.files, [`${packagesFolder}/argparse-1.1.egg-info`]);
  const unpacked = await readAs(python, `${packagesFolder}/a-1-py3.egg/EGG-INFO/PKG-INFO`, 'Name: a\nVersion: 1\n');
  assert.deepEqual(unpacked.packages?.[0]?.files, [
    `${packagesFolder}/a-1-py3.egg/EGG-INFO/`,
    `${packagesFolder}/a-1-py3.egg/`,
  ]);
});

test('python wants what is installed, also inside other packages, but not what is for tests', () => {
  for (const path of [
    `${packagesFolder}/pip/_vendor/urllib3-1.26.dist-info/METADATA`,
    'srv/test/venv/lib/python3.11/site-packages/a-1.dist-info/METADATA',
    'var/task/a-1.dist-info/RECORD',
    'app/shop.egg-info/PKG-INFO',
    'usr/lib/python3/dist-packages/a-1.egg-info',
  ]) {
    assert.ok(wants(python, path), path);
  }
  for (const path of [
    `${packagesFolder}/pkg_resources/tests/data/my_test-1.0-py3.7.egg/EGG-INFO/PKG-INFO`,
    `${folder}/WHEEL`,
    `${folder}/top_level.txt`,
    'app/PKG-INFO',
    'app/poetry.lock',
  ]) {
    assert.ok(!wants(python, path), path);
  }
});

test('python: metadata that name nothing are a problem', async () => {
  const read = async (text: string) => (await readAs(python, 'app/.egg-info/PKG-INFO', text)).problems;
  assert.deepEqual(await read(''), ['it has no Name']);
  assert.deepEqual(await read('\0\0\0\0'), ['it has no Name']);
  assert.deepEqual(await read('Name: a\n'), ['package a has no Version']);
});

test('python: any bytes give an answer', async () => {
  const piece = fc.constantFrom('Name: ', 'Version: ', 'License: ', '\n', '\r', ' ', '"', ',', '../', '/', 'a');
  const text = fc.oneof(
    fc.uint8Array(),
    fc.array(piece).map((parts) => Buffer.from(parts.join(''))),
  );
  const file = fc.constantFrom('x-1.dist-info/METADATA', 'x.dist-info/RECORD', 'x.egg-info/PKG-INFO', 'x.egg-info');
  await fc.assert(
    fc.asyncProperty(text, file, async (content, name) => {
      const { packages = [], adds = [] } = await readAs(python, `lib/${name}`, content);
      for (const { name: found, version } of packages) assert.ok(found !== '' && version !== '');
      for (const path of adds.flatMap(({ files = [] }) => files))
        assert.ok(!path.includes('..') || !path.startsWith('/'));
    }),
  );
});
