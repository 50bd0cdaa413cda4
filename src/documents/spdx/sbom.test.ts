import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { asList, asObject, asText, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { sbomSubjectOf } from '#documents/sbom-subject.ts';
import { gaps, hostileReport, inventoryOf, packages, subject, tool } from '#documents/testing.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { parseLicense } from '#documents/licenses/license-expression.ts';
import { spdxSbom } from './sbom.ts';

const write = (inventory: Inventory, of = subject) => spdxSbom.write(sbomSubjectOf(of), inventory, tool);

function read(text: string): JsonObject {
  return asObject(parseJson(text)) ?? {};
}

function objectsIn(of: JsonObject | undefined, name: string): JsonObject[] {
  return asList(of?.[name]).map((item) => asObject(item) ?? {});
}

/** The rules of SPDX 2.3 that a JSON schema could not express, and the forms of what we write. */
function assertValid(document: JsonObject): void {
  const { creationInfo, documentNamespace, name } = document;
  const created = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
  assert.deepEqual([document['spdxVersion'], document['dataLicense']], ['SPDX-2.3', 'CC0-1.0']);
  assert.equal(document['SPDXID'], 'SPDXRef-DOCUMENT');
  assert.equal(typeof name, 'string');
  assert.match(
    asText(documentNamespace) ?? '',
    /^https:\/\/spdx\.org\/spdxdocs\/bulla-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f-]{21}$/,
  );
  assert.match(asText(asObject(creationInfo)?.['created']) ?? '', created);
  for (const creator of asTexts(asObject(creationInfo)?.['creators'])) assert.match(creator, /^Tool: \S+-\S+$/);
  const elements = objectsIn(document, 'packages');
  const ids = new Set(elements.map((element) => element['SPDXID']));
  assert.equal(ids.size, elements.length, 'ids are unique');
  const described = new Set(objectsIn(document, 'hasExtractedLicensingInfos').map(({ licenseId }) => licenseId));
  for (const element of elements) assertElement(element, described);
  for (const { spdxElementId, relatedSpdxElement } of objectsIn(document, 'relationships')) {
    assert.ok(spdxElementId === 'SPDXRef-DOCUMENT' || ids.has(spdxElementId), `${String(spdxElementId)} is there`);
    assert.ok(ids.has(relatedSpdxElement), `${String(relatedSpdxElement)} is there`);
  }
  for (const annotation of [document, ...elements].flatMap((of) => objectsIn(of, 'annotations'))) {
    assert.match(asText(annotation['annotationDate']) ?? '', created);
    assert.equal(annotation['annotationType'], 'OTHER');
    assert.match(asText(annotation['annotator']) ?? '', /^Tool: /);
    assert.ok(asObject(parseJson(asText(annotation['comment']) ?? '')));
  }
}

function assertElement(element: JsonObject, described: ReadonlySet<unknown>): void {
  assert.match(asText(element['SPDXID']) ?? '', /^SPDXRef-[A-Za-z0-9.-]+$/);
  assert.equal(typeof element['name'], 'string');
  assert.match(asText(element['supplier']) ?? '', /^(?:NOASSERTION|Organization: [^()\n]*[^()\s])$/);
  assert.equal(element['downloadLocation'], 'NOASSERTION');
  assert.equal(element['filesAnalyzed'], false);
  assert.equal(element['licenseConcluded'], 'NOASSERTION');
  assert.equal(element['copyrightText'], 'NOASSERTION');
  const declared = asText(element['licenseDeclared']) ?? '';
  // Joined expressions may be longer than what a package may state.
  if (declared !== 'NOASSERTION' && declared.length <= 1000) {
    for (const reference of parseLicense(declared)?.references ?? ['not an expression'])
      assert.ok(described.has(reference), reference);
  }
  for (const { algorithm, checksumValue } of objectsIn(element, 'checksums')) {
    assert.equal(algorithm, 'SHA256');
    assert.match(asText(checksumValue) ?? '', /^[0-9a-f]{64}$/);
  }
  for (const reference of objectsIn(element, 'externalRefs')) {
    assert.deepEqual([reference['referenceCategory'], reference['referenceType']], ['PACKAGE-MANAGER', 'purl']);
    assert.match(asText(reference['referenceLocator']) ?? '', /^pkg:\S+$/);
  }
}

test('it follows the specification', () => {
  const empty = inventoryOf({ distribution: undefined, packages: [], layers: [] });
  for (const inventory of [inventoryOf(), inventoryOf({}, gaps), empty]) {
    assertValid(read(write(inventory)));
    assertValid(read(write(inventory, { reference: 'dir:/x' })));
  }
});

test('the same inventory gives the same bytes, another one another namespace', () => {
  assert.equal(write(inventoryOf()), write(structuredClone(inventoryOf())));
  const other = read(write(inventoryOf({ packages: packages.slice(1) })));
  assert.notEqual(read(write(inventoryOf()))['documentNamespace'], other['documentNamespace']);
});

const times: readonly (readonly [stated: string | undefined, written: string])[] = [
  ['2026-02-03T04:05:06.789Z', '2026-02-03T04:05:06Z'],
  ['2026-02-03T04:05:06.123456789+01:00', '2026-02-03T03:05:06Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  [undefined, '1970-01-01T00:00:00Z'],
  ['yesterday', '1970-01-01T00:00:00Z'],
  ['+123456-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
];

test('the time is that of the image, or the epoch', () => {
  for (const [created, written] of times) {
    const document = read(write(inventoryOf(), { ...subject, created }));
    assert.equal(asObject(document['creationInfo'])?.['created'], written);
  }
});

test('the document describes the image, which holds system, layers and packages', () => {
  const document = read(write(inventoryOf()));
  const [image, system, ...others] = objectsIn(document, 'packages');
  assert.equal(image?.['primaryPackagePurpose'], 'CONTAINER');
  assert.deepEqual([image?.['name'], image?.['versionInfo']], ['image', subject.digest]);
  assert.deepEqual([system?.['name'], system?.['versionInfo']], ['debian', '12']);
  const layers = others.filter((element) => element['primaryPackagePurpose'] === 'ARCHIVE');
  assert.deepEqual(
    layers.map((layer) => layer['name']),
    inventoryOf().layers.map(({ digest }) => digest),
  );
  const relationships = objectsIn(document, 'relationships');
  assert.deepEqual(relationships[0], {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-Image',
  });
  const held = relationships.filter(({ spdxElementId }) => spdxElementId === 'SPDXRef-Image');
  assert.equal(held.length, 1 + layers.length + packages.length);
});

/** The elements of packages, in their order. */
function packageElements(document: JsonObject): JsonObject[] {
  return objectsIn(document, 'packages').filter((element) => asText(element['SPDXID'])?.startsWith('SPDXRef-Package-'));
}

test('every package has its purl, supplier, licence and place', () => {
  const elements = packageElements(read(write(inventoryOf())));
  const purls = elements.map((element) => asText(objectsIn(element, 'externalRefs')[0]?.['referenceLocator']) ?? '');
  assert.deepEqual(
    purls,
    packages.map(({ purl }) => purl),
  );
  for (const purl of purls) assert.equal(PackageURL.fromString(purl).toString(), purl);
  const [nodejs, django, , slf4j, babel] = elements;
  assert.equal(nodejs?.['supplier'], 'Organization: NodeSource nodesource.com');
  assert.equal(django?.['supplier'], 'Organization: Debian GNU/Linux');
  assert.equal(slf4j?.['supplier'], 'NOASSERTION');
  assert.equal(nodejs?.['licenseDeclared'], 'MIT');
  assert.match(asText(django?.['licenseDeclared']) ?? '', /^BSD-3-Clause AND LicenseRef-GPL-2-[0-9a-f]{12}$/);
  assert.equal(babel?.['licenseDeclared'], '(MIT OR Apache-2.0)');
  assert.equal(
    slf4j?.['sourceInfo'],
    `found by test in app/shop.jar!/BOOT-INF/lib/slf4j.jar, layer 1 (${inventoryOf().layers[1]?.digest})`,
  );
});

test('what has no field of its own is in an annotation', () => {
  const [, , net] = packageElements(read(write(inventoryOf())));
  const comment = asText(objectsIn(net, 'annotations')[0]?.['comment']) ?? '';
  const { layers } = inventoryOf();
  assert.deepEqual(JSON.parse(comment), {
    'bulla:location': 'usr/bin/server',
    'bulla:type': 'golang',
    'bulla:foundBy': 'test',
    'bulla:layer:index': '1',
    'bulla:layer:digest': layers[1]?.digest,
    'bulla:layer:diffId': layers[1]?.diffId,
    'bulla:symbols': '1.AAAA',
  });
});

test('packages belong to each other, and were built from their source', () => {
  const document = read(write(inventoryOf()));
  const ids = packageElements(document).map((element) => element['SPDXID']);
  const between = objectsIn(document, 'relationships').filter(({ spdxElementId }) => ids.includes(spdxElementId));
  const source = objectsIn(document, 'packages').find((element) => element['primaryPackagePurpose'] === 'SOURCE');
  assert.deepEqual(
    [source?.['name'], source?.['versionInfo'], source?.['externalRefs']],
    ['python-django', '3:3.2.19-1', undefined],
  );
  assert.deepEqual(between, [
    { spdxElementId: ids[1], relationshipType: 'CONTAINS', relatedSpdxElement: ids[6] },
    { spdxElementId: ids[1], relationshipType: 'GENERATED_FROM', relatedSpdxElement: source?.['SPDXID'] },
  ]);
});

test('gaps are annotations of the document', () => {
  const comments = objectsIn(read(write(inventoryOf({}, gaps))), 'annotations').map(({ comment }) =>
    parseJson(String(comment)),
  );
  assert.deepEqual(comments, [
    {
      'bulla:executables:total': '3',
      'bulla:executables:opaque': '0',
      'bulla:executables:scripts': '2',
      'bulla:skipped': 'proc: not a file',
    },
    { 'bulla:gap:files-unread': gaps[0]?.message, 'bulla:gap:files-unread:item': 'a.jar: no zip' },
  ]);
});

test('any text gives a valid document', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const called = { ...report.subject, title: report.subject.reference };
      const text = spdxSbom.write(sbomSubjectOf(called), report.inventory, tool);
      assert.ok(text.isWellFormed());
      assert.ok(!text.includes('\\ud8'), 'no lone surrogate inside an annotation');
      assertValid(asObject(JSON.parse(text)) ?? {});
    }),
    { numRuns: 100 },
  );
});

test('Syft reads it', (t) => {
  const ran = spawnSync('syft', ['convert', '-', '-o', 'syft-json'], { input: write(inventoryOf()), encoding: 'utf8' });
  if (ran.status === null) return t.skip('syft is not installed');
  const document = asObject(parseJson(ran.stdout));
  const found = objectsIn(document, 'artifacts').map((artifact) => asText(artifact['purl']) ?? '');
  // It writes them in its own way, in which a colon is percent-encoded.
  const written = found.filter((purl) => purl !== '').map((purl) => PackageURL.fromString(purl).toString());
  assert.deepEqual(written.toSorted(), packages.map(({ purl }) => purl).toSorted());
  assert.equal(asObject(document?.['distro'])?.['id'], 'debian');
});
