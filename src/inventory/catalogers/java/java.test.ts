import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { java } from './cataloger.ts';
import { archiveLimits } from './limits.ts';
import { javaRuntime } from './runtime.ts';
import { zip } from '#kit/zip/testing.ts';
import { jar, manifest, pomProperties } from './testing.ts';

const log4j = jar({
  'META-INF/MANIFEST.MF': manifest({ 'Implementation-Version': '2.14.1', 'Bundle-License': 'Apache-2.0' }),
  ...pomProperties('org.apache.logging.log4j', 'log4j-core', '2.14.1'),
  'org/apache/logging/log4j/core/Core.class': 'x',
});

/** `name version @ place` of all that was found. */
async function find(path: string, bytes: Uint8Array | string) {
  const { packages = [], problems = [] } = await readAs(java, path, bytes, 'zip');
  return { found: packages.map((found) => `${found.name} ${found.version} @ ${found.inside ?? ''}`), problems };
}

test('java reads a library', async () => {
  assert.deepEqual(await readAs(java, 'app/lib/log4j-core-2.14.1.jar', log4j, 'zip'), {
    packages: [
      {
        type: 'maven',
        name: 'org.apache.logging.log4j:log4j-core',
        version: '2.14.1',
        licenses: ['Apache-2.0'],
        inside: undefined,
        files: ['app/lib/log4j-core-2.14.1.jar'],
      },
    ],
    problems: [],
  });
});

test('java reads archives in archives: stored as Spring Boot does, deflated as in a .war, deeper in an .ear', async () => {
  const boot = zip([
    {
      name: 'META-INF/MANIFEST.MF',
      content: manifest({ 'Implementation-Title': 'shop', 'Implementation-Version': '1.0' }),
    },
    { name: 'BOOT-INF/classes/com/example/Main.class', content: 'x' },
    { name: 'BOOT-INF/lib/log4j-core-2.14.1.jar', content: log4j, stored: true },
  ]);
  assert.deepEqual(await find('app.jar', boot), {
    found: ['shop 1.0 @ ', 'org.apache.logging.log4j:log4j-core 2.14.1 @ BOOT-INF/lib/log4j-core-2.14.1.jar'],
    problems: [],
  });
  const war = jar({ 'WEB-INF/lib/log4j-core.jar': log4j });
  const ear = jar({ 'shop.war': war, 'lib/empty.jar': jar({}) });
  assert.deepEqual(await find('shop.ear', ear), {
    found: ['org.apache.logging.log4j:log4j-core 2.14.1 @ shop.war!/WEB-INF/lib/log4j-core.jar'],
    problems: [],
  });
});

test('java counts what was shaded into an archive, where it lies', async () => {
  const shaded = jar({
    ...pomProperties('com.example', 'shop', '1.0'),
    ...pomProperties('org.yaml', 'snakeyaml', '1.26'),
    'META-INF/maven/org.a/b/pom.xml': '<project><artifactId>b</artifactId><version>3</version></project>',
    'com/example/Main.class': 'x',
  });
  assert.deepEqual((await find('shop-1.0-all.jar', shaded)).found, [
    'com.example:shop 1.0 @ ',
    'org.yaml:snakeyaml 1.26 @ ',
    'org.a:b 3 @ ',
  ]);
});

test('java reads an archive behind a script that starts it', async () => {
  const bytes = Buffer.concat([Buffer.from('#!/bin/bash\nexec java -jar "$0"\n'), log4j]);
  const { packages } = await readAs(java, 'app/run.jar', bytes, 'script');
  assert.equal(packages?.[0]?.version, '2.14.1');
});

test('java: an archive with classes that nothing names is a problem; one without, or that builds make, is none', async () => {
  const nameless = jar({ 'com/example/Main.class': 'x' });
  assert.deepEqual(await find('app.jar', nameless), {
    found: [],
    problems: ['it has classes, and nothing says of which package'],
  });
  const nested = jar({ 'lib/a.jar': nameless, ...pomProperties('a', 'app', '1') });
  assert.deepEqual((await find('app.jar', nested)).problems, [
    'lib/a.jar: it has classes, and nothing says of which package',
  ]);
  assert.deepEqual(await find('icons.jar', jar({ 'icons/a.png': 'x' })), { found: [], problems: [] });
  assert.deepEqual(await find('app/quarkus/generated-bytecode.jar', nameless), { found: [], problems: [] });
});

test('java passes over source code and documentation', async () => {
  const sources = jar({ ...pomProperties('org.a', 'b', '1.0'), 'org/a/B.java': 'class B {}' });
  assert.deepEqual(await find('b-1.0-sources.jar', sources), { found: [], problems: [] });
});

test('java wants archives of Java; of others that are called so, only zip files', () => {
  for (const path of ['a.jar', 'a.JAR', 'a/b.war', 'a.ear', 'a.hpi', 'a.jpi']) assert.ok(wants(java, path), path);
  for (const path of ['a.kar', 'a.nar', 'a.par', 'a.sar', 'a.rar']) {
    assert.ok(wants(java, path, 'zip'), path);
    assert.ok(!wants(java, path, 'other'), path);
  }
  for (const path of ['a.zip', 'jar', 'a.jar.md5', 'ajar']) assert.ok(!wants(java, path, 'zip'), path);
});

const damaged = [
  { what: 'an empty file', bytes: Buffer.alloc(0), problem: 'it is not a zip archive, or its end is missing' },
  { what: 'a cut archive', bytes: log4j.subarray(0, 300), problem: 'it is not a zip archive, or its end is missing' },
  {
    what: 'an encrypted manifest',
    bytes: zip([{ name: 'META-INF/MANIFEST.MF', content: 'x', says: { flags: 1 } }]),
    problem: 'META-INF/MANIFEST.MF: it is encrypted',
  },
  {
    what: 'a manifest that says to be huge',
    bytes: zip([{ name: 'META-INF/MANIFEST.MF', content: 'x', says: { size: 1 << 30 } }]),
    problem: 'META-INF/MANIFEST.MF: it has 1073741824 bytes, too many',
  },
  {
    what: 'a manifest that says to be larger than all that is read',
    bytes: zip([{ name: 'META-INF/MANIFEST.MF', content: 'x', says: { size: 0xfffffff0 } }]),
    problem: 'META-INF/MANIFEST.MF: it has 4294967280 bytes, too many',
  },
  {
    what: 'an archive inside with an endless name',
    bytes: jar({ [`${'a'.repeat(2000)}.jar`]: log4j }),
    problem: 'an archive in it has a name that is too long',
  },
  {
    what: 'something else inside',
    bytes: jar({ 'lib/a.jar': 'version https://git-lfs.github.com/spec/v1' }),
    problem: 'lib/a.jar: it is not a zip archive',
  },
  {
    what: 'a cut archive inside',
    bytes: jar({ 'lib/a.jar': log4j.subarray(0, 300) }),
    problem: 'lib/a.jar: it is not a zip archive, or its end is missing',
  },
];

for (const { what, bytes, problem } of damaged) {
  test(`java: ${what} is a problem`, async () => {
    assert.deepEqual(await find('a.jar', bytes), { found: [], problems: [problem] });
  });
}

test('java: archives in archives end somewhere', async () => {
  let bytes = jar({ 'META-INF/MANIFEST.MF': manifest({}) });
  for (let depth = 0; depth < 10; depth++) bytes = jar({ 'a.jar': bytes });
  const { problems } = await find('a.jar', bytes);
  const place = Array.from({ length: archiveLimits.depth }, () => 'a.jar').join('!/');
  assert.deepEqual(problems, [`${place}: it has archives in archives in archives, too many to be read`]);
});

test('java: entries that are all the same bytes are read no further than allowed', async () => {
  // Each level names the one below many times over, as stored entries that overlap.
  let bytes = jar({ 'a.txt': 'x' });
  for (let depth = 0; depth < 4; depth++) {
    const names = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}.jar`,
      content: i === 0 ? bytes : '',
      stored: true,
    }));
    const says = { size: bytes.length, compressedSize: bytes.length, offset: 0 };
    bytes = zip(names.map((source, i) => (i === 0 ? source : { ...source, says })));
  }
  const start = performance.now();
  const { problems } = await find('a.jar', bytes);
  assert.ok(problems.some((problem) => problem.includes('it has too many archives')));
  assert.ok(problems.length <= archiveLimits.problems);
  assert.ok(performance.now() - start < 20_000);
});

test('java: a bomb does not become larger than it says', async () => {
  const bomb = zip([{ name: 'a.jar', content: Buffer.alloc(64 << 20), says: { size: 1000 } }]);
  assert.deepEqual((await find('a.jar', bomb)).problems, ['a.jar: it is damaged, or has more bytes than it says']);
});

test('java: any bytes, and any change of an archive, give an answer', async () => {
  const original = jar({ 'lib/log4j-core-2.14.1.jar': log4j, ...pomProperties('org.a', 'b', '1.0') });
  const changes = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), changes, async (random, places) => {
      await find('a.jar', random);
      const bytes = Buffer.from(original);
      for (const [at, value] of places) bytes[at] = value;
      const { found } = await find('a.jar', bytes);
      assert.ok(found.length <= 2);
    }),
  );
});

test('java reads the release file of a runtime, which has its folder', async () => {
  const release = 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="21.0.2+13-LTS"\nJAVA_VERSION="21.0.2"\n';
  const { packages } = await readAs(javaRuntime, 'opt/java/openjdk/release', release);
  assert.deepEqual(packages, [
    { type: 'generic', name: 'openjdk', version: '21.0.2', vendor: 'Eclipse Adoptium', files: ['opt/java/openjdk/'] },
  ]);
  assert.deepEqual(await readAs(javaRuntime, 'usr/share/doc/x/release', 'of something else\n'), {});
  assert.ok(!wants(javaRuntime, 'etc/os-release'));
});
