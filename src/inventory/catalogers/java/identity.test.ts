import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inMemory } from '#kit/bytes.ts';
import { missingData, realData } from '#kit/testing.ts';
import { openEntry } from '#kit/zip/content.ts';
import { readDirectory } from '#kit/zip/directory.ts';
import { isBundleVersionOf } from './bundle-version.ts';
import { parseFileName } from './file-name.ts';
import { identify } from './identity.ts';
import { allKnownArtifacts, knownArtifact } from './known-artifact.ts';
import { licensesIn, readManifest } from './manifest.ts';
import { readPomProperties, readPomXml } from './pom.ts';

const names = [
  { file: 'guava-31.1-jre.jar', name: 'guava', version: '31.1-jre' },
  { file: 'jackson-databind-2.13.4.2.jar', name: 'jackson-databind', version: '2.13.4.2' },
  { file: 'log4j-1.2.17.jar', name: 'log4j', version: '1.2.17' },
  { file: 'log4j-1.2-api-2.19.0.jar', name: 'log4j-1.2-api', version: '2.19.0' },
  { file: 'log4j-1.2-api.jar', name: 'log4j-1.2-api', version: undefined },
  { file: 'kafka_2.13-3.6.0.jar', name: 'kafka_2.13', version: '3.6.0' },
  { file: 'bcprov-jdk15on-1.70.jar', name: 'bcprov-jdk15on', version: '1.70' },
  { file: 'bcprov-jdk18on-171.jar', name: 'bcprov-jdk18on', version: '171' },
  { file: 'netty-all-4.1.100.Final.jar', name: 'netty-all', version: '4.1.100.Final' },
  {
    file: 'netty-transport-native-epoll-4.1.100.Final-linux-x86_64.jar',
    name: 'netty-transport-native-epoll',
    version: '4.1.100.Final',
    classifier: 'linux-x86_64',
  },
  { file: 'foo-1.0-20240101.120000-1.jar', name: 'foo', version: '1.0-20240101.120000-1' },
  { file: 'foo-1.0-SNAPSHOT.jar', name: 'foo', version: '1.0-SNAPSHOT' },
  { file: 'foo-2.0-beta-3-sources.jar', name: 'foo', version: '2.0-beta-3', classifier: 'sources' },
  { file: 'app-v1.2.3.jar', name: 'app', version: '1.2.3' },
  { file: 'org.eclipse.osgi_3.18.0.v20220516.jar', name: 'org.eclipse.osgi', version: '3.18.0.v20220516' },
  { file: 'commons-lang3-3.12.0.jar', name: 'commons-lang3', version: '3.12.0' },
  { file: 'commons-lang3.jar', name: 'commons-lang3', version: undefined },
  { file: 'h2-2.1.214.jar', name: 'h2', version: '2.1.214' },
  { file: 'app.war', name: 'app', version: undefined },
  { file: '-1.0.jar', name: '-1.0', version: undefined },
  { file: 'foo-1.0-acme7.jar', name: 'foo-1.0-acme7', version: undefined },
  { file: 'foo-1.0-acme7.jar', stated: ['1.0-acme7'], name: 'foo', version: '1.0-acme7' },
  { file: 'foo-1.0-rc1.jar', stated: ['1.0'], name: 'foo', version: '1.0-rc1' },
  { file: 'spring-core-5.3.0.jar', stated: ['5'], name: 'spring-core', version: '5.3.0' },
];

for (const { file, stated = [], ...expected } of names) {
  test(`java: the file name ${file}${stated.length > 0 ? ` with ${stated.join()}` : ''}`, () => {
    const { name, version, classifier } = parseFileName(file, stated);
    assert.deepEqual({ name, version, classifier }, { classifier: undefined, ...expected });
  });
}

test('java reads a manifest: lines that continue, names in any case, the main section only', () => {
  const manifest = readManifest(
    'Manifest-Version: 1.0\r\nimplementation-title: a ver\r\n y long title\r\nBundle-Version: 1\r\nBundle-Version: 2\r\nodd line\r\n\r\nName: a\r\nBundle-Name: b\r\n',
  );
  assert.deepEqual(
    [...manifest],
    [
      ['manifest-version', '1.0'],
      ['implementation-title', 'a very long title'],
      ['bundle-version', '1'],
    ],
  );
});

test('java reads licences of bundles', () => {
  const licenses = (value: string) => licensesIn(new Map([['bundle-license', value]]));
  assert.deepEqual(licenses('Apache-2.0;link="https://www.apache.org/licenses/LICENSE-2.0"'), ['Apache-2.0']);
  assert.deepEqual(licenses('"MIT, of a kind", https://opensource.org/licenses/BSD-3-Clause'), [
    'MIT, of a kind',
    'https://opensource.org/licenses/BSD-3-Clause',
  ]);
  assert.deepEqual(licenses('<<EXTERNAL>>'), []);
});

test('java reads pom.properties', () => {
  assert.deepEqual(readPomProperties('#Mon\r\ngroupId = org.a\r\nartifactId:b\r\nversion=1.0\r\n'), {
    group: 'org.a',
    name: 'b',
    version: '1.0',
    licenses: [],
  });
  assert.equal(readPomProperties('version=${revision}\n').version, undefined);
});

test('java reads pom.xml: what it inherits, and its licences', () => {
  const text = `<?xml version="1.0"?><!DOCTYPE project><!-- <project><artifactId>no</artifactId></project> -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.a</groupId><artifactId>parent</artifactId><version>7</version><relativePath/></parent>
  <artifactId>b</artifactId>
  <version>\${revision}</version>
  <licenses><license><name>Apache-2.0</name></license><license><name>MIT</name></license></licenses>
  <dependencies><dependency><groupId>c</groupId><artifactId>d</artifactId><version>9</version></dependency></dependencies>
</project>`;
  assert.deepEqual(readPomXml(text), { group: 'org.a', name: 'b', version: '7', licenses: ['Apache-2.0', 'MIT'] });
  for (const odd of ['', '<', '<!--', '<![CDATA[', '<a', '</', '<a>'.repeat(1000)]) {
    assert.deepEqual(readPomXml(odd), { group: undefined, name: undefined, version: undefined, licenses: [] });
  }
});

const bundleVersions = [
  { bundle: '31.1.0.jre', maven: '31.1-jre', same: true },
  { bundle: '1.9.0', maven: '1.9', same: true },
  { bundle: '2.0.0.beta9', maven: '2.0-beta9', same: true },
  { bundle: '4.1.100.Final', maven: '4.1.100.Final', same: true },
  { bundle: '1.9.1', maven: '1.9', same: false },
  { bundle: '1.9.0.jre', maven: '1.9', same: false },
];

for (const { bundle, maven, same } of bundleVersions) {
  test(`java: the bundle's ${bundle} ${same ? 'is' : 'is not'} ${maven}`, () => {
    assert.equal(isBundleVersionOf(bundle, maven), same);
  });
}

interface Case {
  readonly what: string;
  readonly path: string;
  readonly manifest?: Readonly<Record<string, string>>;
  readonly poms?: readonly string[];
  readonly packages?: readonly string[];
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: 'Maven names it',
    path: 'log4j-core.jar',
    poms: ['org.apache.logging.log4j:log4j-core:2.14.1'],
    manifest: { 'implementation-version': '9' },
    expected: ['org.apache.logging.log4j:log4j-core:2.14.1'],
  },
  {
    what: 'others were shaded into it',
    path: 'lib/http-client-1.0.jar',
    poms: ['commons-codec:commons-codec:1.15', 'org.a:http-client:1.0', 'org.b:c:3'],
    expected: ['org.a:http-client:1.0', 'commons-codec:commons-codec:1.15', 'org.b:c:3'],
  },
  {
    what: 'one other was shaded into it',
    path: 'shop-2.0.jar',
    poms: ['com.google.guava:guava:31.1-jre'],
    expected: ['shop:2.0', 'com.google.guava:guava:31.1-jre'],
  },
  {
    what: 'it was renamed, and has no version of its own',
    path: 'app.jar',
    poms: ['com.google.guava:guava:31.1-jre'],
    expected: ['com.google.guava:guava:31.1-jre'],
  },
  {
    what: 'it was renamed, and the manifest has the same version',
    path: 'app.jar',
    manifest: { 'bundle-version': '31.1.0.jre' },
    poms: ['com.google.guava:guava:31.1-jre'],
    expected: ['com.google.guava:guava:31.1-jre'],
  },
  {
    what: 'its place in a repository names it',
    path: 'root/.m2/repository/dom4j/dom4j/1.1/dom4j-1.1.jar',
    manifest: { 'implementation-version': '1.2' },
    expected: ['dom4j:dom4j:1.1'],
  },
  {
    what: 'its place in the cache of Gradle names it',
    path: 'root/.gradle/caches/modules-2/files-2.1/org.a.b/c/1.0/0123456789abcdef0123456789abcdef01234567/c-1.0.jar',
    expected: ['org.a.b:c:1.0'],
  },
  {
    what: 'it only seems to lie in a repository',
    path: 'srv/repository/x/y/1.0/other-2.0.jar',
    expected: ['other:2.0'],
  },
  {
    what: 'it is a well-known one',
    path: 'BOOT-INF/lib/spring-core-5.3.17.jar',
    manifest: { 'implementation-title': 'spring-core', 'implementation-version': '5.3.17' },
    packages: ['org/springframework'],
    expected: ['org.springframework:spring-core:5.3.17'],
  },
  {
    what: 'it has the name of a well-known one, but not its classes',
    path: 'json-1.0.jar',
    packages: ['com/example'],
    expected: ['json:1.0'],
  },
  {
    what: 'it is a well-known one that was renamed',
    path: 'lib.jar',
    manifest: { 'automatic-module-name': 'spring.core', 'implementation-version': '5.3.17' },
    packages: ['org/springframework'],
    expected: ['org.springframework:spring-core:5.3.17'],
  },
  {
    what: 'Tomcat calls its file otherwise',
    path: 'usr/local/tomcat/lib/catalina.jar',
    manifest: { 'implementation-title': 'Apache Tomcat', 'implementation-version': '9.0.83' },
    packages: ['org/apache'],
    expected: ['org.apache.tomcat:tomcat-catalina:9.0.83'],
  },
  {
    what: 'it is a plugin of Jenkins',
    path: 'var/jenkins/plugins/git.jpi',
    manifest: { 'group-id': 'org.jenkins-ci.plugins', 'short-name': 'git', 'plugin-version': '4.8.3 (private)' },
    expected: ['org.jenkins-ci.plugins:git:4.8.3'],
  },
  {
    what: 'its group is not known',
    path: 'lib/acme-tools-3.4.jar',
    manifest: { 'implementation-vendor-id': 'com.acme', 'bundle-symbolicname': 'com.acme.tools' },
    expected: ['acme-tools:3.4'],
  },
  {
    what: 'the title is prose and the version a placeholder',
    path: 'tools.jar',
    manifest: {
      'implementation-title': 'Tools of Acme',
      'implementation-version': '${project.version}',
      'specification-version': '2.1 of 2020',
    },
    expected: ['tools:2.1'],
  },
  {
    what: 'the manifest is more exact than the name',
    path: 'tool-2.jar',
    manifest: { 'implementation-version': '2.3.4' },
    expected: ['tool:2.3.4'],
  },
  {
    what: 'the manifest has the version of a bundle',
    path: 'guava-31.1-jre.jar',
    manifest: { 'bundle-version': '31.1.0.jre' },
    packages: ['com/google'],
    expected: ['com.google.guava:guava:31.1-jre'],
  },
  { what: 'nothing tells', path: 'app.jar', manifest: { 'main-class': 'Main' }, expected: [] },
];

for (const { what, path, manifest = {}, poms = [], packages = [], expected } of cases) {
  test(`java: ${path}: ${what}`, () => {
    const artifacts = identify({
      path,
      manifest: new Map(Object.entries(manifest)),
      poms: poms.map((text) => {
        const [group, name, version] = text.split(':');
        return { group, name, version, licenses: [] };
      }),
      packages: new Set(packages),
    });
    const found = artifacts.map(({ group, name, version }) => [group, name, version].filter(Boolean).join(':'));
    assert.deepEqual(found, expected);
  });
}

test('java: groups that changed go by the version', () => {
  const group = (name: string, version: string, ...packages: string[]) =>
    knownArtifact(name, version, new Set(packages))?.group;
  assert.equal(group('hibernate-core', '5.6.15.Final', 'org/hibernate'), 'org.hibernate');
  assert.equal(group('hibernate-core', '6.2.0.Final', 'org/hibernate'), 'org.hibernate.orm');
  assert.equal(group('jackson-databind', '2.15.0', 'com/fasterxml'), 'com.fasterxml.jackson.core');
  assert.equal(group('jackson-databind', '3.0.0', 'tools/jackson'), 'tools.jackson.core');
  assert.equal(group('groovy', '4.0.1', 'groovy/lang'), 'org.apache.groovy');
  assert.equal(group('kafka_2.13', '3.6.0', 'kafka/server'), 'org.apache.kafka');
  assert.equal(group('constructor', '1'), undefined);
});

const advisories = 'osv/Maven/all.zip';

test('java: groups of the table are those that advisories name', { skip: missingData(advisories) }, () => {
  const archive = inMemory(readFileSync(join(realData, advisories)));
  const groups = new Map<string, Set<string>>();
  for (const entry of readDirectory(archive, { entries: 1e6, directoryBytes: 1 << 30 }).entries) {
    const text =
      openEntry(archive, entry, 64 << 20)
        .bytes?.read(0, 64 << 20)
        .toString() ?? '';
    for (const [, group = '', name = ''] of text.matchAll(/"name":\s*"([\w.-]+):([\w.-]+)"/g)) {
      groups.set(name, (groups.get(name) ?? new Set()).add(group));
    }
  }
  const checked = allKnownArtifacts().filter(({ name }) => groups.has(name));
  assert.ok(checked.length > 50, `only ${checked.length}`);
  // None of these advisories is about them under their newer groups.
  const later = new Set(['tools.jackson.core', 'org.apache.groovy', 'org.hibernate.orm', 'org.hibernate.validator']);
  const wrong = checked.filter(({ group, name }) => groups.get(name)?.has(group) !== true && !later.has(group));
  assert.deepEqual(wrong, []);
});
