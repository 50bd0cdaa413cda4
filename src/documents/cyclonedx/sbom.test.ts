import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { asList, asObject, asText, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { cyclonedxSbom } from './sbom.ts';
import { schemaCheck } from './schema-check.ts';
import { sbomSubjectOf } from '#documents/sbom-subject.ts';
import { gaps, hostileReport, inventoryOf, packageOf, packages, subject, tool } from '#documents/testing.ts';

const write = (inventory: Inventory, of = subject) => cyclonedxSbom.write(sbomSubjectOf(of), inventory, tool);
const read = (inventory: Inventory, of = subject) => asObject(parseJson(write(inventory, of))) ?? {};

function componentsOf(bom: JsonObject): JsonObject[] {
  return asList(bom['components']).map((component) => asObject(component) ?? {});
}

function propertiesOf(of: unknown): [name: string, value: string][] {
  return asList(asObject(of)?.['properties'])
    .map(asObject)
    .map((property) => [asText(property?.['name']) ?? '', asText(property?.['value']) ?? '']);
}

test('the official schema accepts it', async (t) => {
  const check = await schemaCheck('1.6');
  if (check === undefined) return t.skip('@cyclonedx/cyclonedx-library is not installed');
  assert.ok(await check('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}'), 'a wrong one is refused');
  for (const inventory of [
    inventoryOf(),
    inventoryOf({}, gaps),
    inventoryOf({ distribution: undefined, packages: [], layers: [] }),
  ]) {
    assert.equal(await check(write(inventory)), null);
    assert.equal(await check(write(inventory, { reference: 'dir:/x', created: 'yesterday' })), null);
  }
});

test('the same inventory gives the same bytes, another one another serial number', () => {
  assert.equal(write(inventoryOf()), write(structuredClone(inventoryOf())));
  const [serial, other] = [inventoryOf(), inventoryOf({ packages: packages.slice(1) })].map(
    (inventory) => read(inventory)['serialNumber'],
  );
  assert.match(asText(serial) ?? '', /^urn:uuid:[0-9a-f-]{36}$/);
  assert.notEqual(serial, other);
  assert.equal(asObject(read(inventoryOf())['metadata'])?.['timestamp'], subject.created);
});

test('every package is there under its own reference, with its purl', () => {
  const components = componentsOf(read(inventoryOf()));
  const [system, ...others] = components;
  assert.equal(system?.['type'], 'operating-system');
  assert.deepEqual([system?.['name'], system?.['version']], ['debian', '12']);
  assert.deepEqual(
    others.map((component) => component['purl']),
    packages.map(({ purl }) => purl),
  );
  for (const component of others)
    assert.equal(PackageURL.fromString(asText(component['purl']) ?? '').toString(), component['purl']);
  assert.equal(new Set(components.map((component) => component['bom-ref'])).size, components.length);
});

test('names are split where their registry does it', () => {
  const names = componentsOf(read(inventoryOf())).map(({ group, name }) => [group, name]);
  assert.deepEqual(names, [
    [undefined, 'debian'],
    [undefined, 'nodejs'],
    [undefined, 'python3-django'],
    [undefined, 'golang.org/x/net'],
    ['org.slf4j', 'slf4j-api'],
    ['@babel', 'core'],
    ['@babel', 'core'],
    [undefined, 'Django'],
  ]);
});

test('a package has all that a matcher needs', () => {
  const pkg = packageOf('rpm', 'nodejs', '1:20.1.0-1.module+el9', {
    source: { name: 'nodejs-src', version: '20.1.0-1' },
    architecture: 'x86_64',
    module: 'nodejs:20',
    vendor: 'Someone',
    symbols: '1.abcd',
    ownedBy: 'pkg:deb/debian/x@1',
    location: 'var/lib/rpm/rpmdb.sqlite',
    layer: 1,
  });
  const inventory = inventoryOf({ packages: [pkg] });
  const component = componentsOf(read(inventory))[1];
  assert.equal(component?.['version'], pkg.version);
  assert.deepEqual(asObject(component?.['evidence']), { occurrences: [{ location: pkg.location }] });
  assert.deepEqual(component?.['supplier'], { name: 'Someone' });
  assert.deepEqual(propertiesOf(component), [
    ['bulla:type', 'rpm'],
    ['bulla:foundBy', 'test'],
    ['bulla:layer:index', '1'],
    ['bulla:layer:digest', inventory.layers[1]?.digest],
    ['bulla:layer:diffId', inventory.layers[1]?.diffId],
    ['bulla:architecture', 'x86_64'],
    ['bulla:source:name', 'nodejs-src'],
    ['bulla:source:version', '20.1.0-1'],
    ['bulla:module', 'nodejs:20'],
    ['bulla:vendor', 'Someone'],
    ['bulla:ownedBy', 'pkg:deb/debian/x@1'],
    ['bulla:symbols', '1.abcd'],
  ]);
});

const licenses: readonly (readonly [statements: string[], written: unknown])[] = [
  [[], undefined],
  [[' '], undefined],
  [['mit'], [{ license: { id: 'MIT', acknowledgement: 'declared' } }]],
  [['GPL-2+'], [{ license: { name: 'GPL-2+', acknowledgement: 'declared' } }]],
  [['MIT OR ISC'], [{ expression: 'MIT OR ISC', acknowledgement: 'declared' }]],
  [['MIT OR ISC', 'Zlib'], [{ expression: '(MIT OR ISC) AND Zlib', acknowledgement: 'declared' }]],
  [
    ['MIT', 'Own'],
    [
      { license: { id: 'MIT', acknowledgement: 'declared' } },
      { license: { name: 'Own', acknowledgement: 'declared' } },
    ],
  ],
];

test('licences are ids, one expression, or names', () => {
  for (const [statements, written] of licenses) {
    const inventory = inventoryOf({ packages: [packageOf('npm', 'a', '1.0.0', { licenses: statements })] });
    assert.deepEqual(componentsOf(read(inventory))[1]?.['licenses'], written);
  }
});

test('the image holds everything, and a package of the distribution what belongs to it', () => {
  const bom = read(inventoryOf());
  const refs = componentsOf(bom).map((component) => component['bom-ref']);
  const [image, owner, ...more] = asList(bom['dependencies']).map(asObject);
  assert.equal(image?.['ref'], 'image');
  assert.deepEqual(more, []);
  assert.equal(owner?.['ref'], refs[2]);
  assert.deepEqual(asTexts(owner?.['dependsOn']), [refs[7]]);
  assert.deepEqual(new Set([...asTexts(image?.['dependsOn']), refs[7]]), new Set(refs));
});

test('gaps are told, and make the list incomplete; without them it is not called complete', () => {
  const aggregates = (inventory: Inventory) =>
    asList(read(inventory)['compositions']).map((one) => asObject(one)?.['aggregate']);
  assert.deepEqual(aggregates(inventoryOf()), ['unknown', 'incomplete']);
  assert.deepEqual(aggregates(inventoryOf({ packages: [] })), ['unknown']);
  assert.deepEqual(aggregates(inventoryOf({}, gaps)), ['incomplete', 'incomplete']);
  assert.deepEqual(propertiesOf(read(inventoryOf({}, gaps))['metadata']), [
    ['bulla:executables:total', '3'],
    ['bulla:executables:opaque', '0'],
    ['bulla:executables:scripts', '2'],
    ['bulla:skipped', 'proc: not a file'],
    ['bulla:gap:files-unread', gaps[0]?.message],
    ['bulla:gap:files-unread:item', 'a.jar: no zip'],
  ]);
});

test('any text gives a valid document with unique references', async (t) => {
  const check = await schemaCheck('1.6');
  await fc.assert(
    fc.asyncProperty(hostileReport, async (report) => {
      const called = { ...report.subject, title: report.subject.reference };
      const text = cyclonedxSbom.write(sbomSubjectOf(called), report.inventory, tool);
      assert.ok(text.isWellFormed());
      const components = componentsOf(asObject(JSON.parse(text)) ?? {});
      assert.equal(components.length, report.inventory.packages.length + 1);
      assert.equal(new Set(components.map((component) => component['bom-ref'])).size, components.length);
      if (check !== undefined) assert.equal(await check(text), null);
    }),
    { numRuns: 50 },
  );
  if (check === undefined) t.diagnostic('checked without the official schema');
});

test('Syft reads it', (t) => {
  const ran = spawnSync('syft', ['convert', '-', '-o', 'syft-json'], { input: write(inventoryOf()), encoding: 'utf8' });
  if (ran.status === null) return t.skip('syft is not installed');
  const document = asObject(parseJson(ran.stdout));
  const found = asList(document?.['artifacts']).map((artifact) => asText(asObject(artifact)?.['purl']) ?? '');
  assert.deepEqual(found.toSorted(), packages.map(({ purl }) => purl).toSorted());
  assert.equal(asObject(document?.['distro'])?.['id'], 'debian');
});
