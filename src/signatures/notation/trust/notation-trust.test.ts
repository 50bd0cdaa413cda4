import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  createSelfSigned,
  createSigner,
  pemOfCertificate,
  policyOf,
  timestampAuthority,
} from '#signatures/notation/testing.ts';
import { readNotationTrust } from './notation-trust.ts';

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder as Notation has it; contents that are undefined are left out. */
function folderOf(files: Readonly<Record<string, string | Buffer | undefined>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bulla-notation-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    if (content !== undefined) writeFileSync(join(folder, path), content);
  }
  return folder;
}

const [leaf, intermediate, root] = createSigner().certificates;
const [selfSigned] = createSelfSigned().certificates;
const policy = JSON.stringify(policyOf());
const store = 'truststore/x509/ca/box';
const good = { 'trustpolicy.json': policy, [`${store}/root.crt`]: pemOfCertificate(root) };

async function countOf(files: Parameters<typeof folderOf>[0]): Promise<number | undefined> {
  return (await readNotationTrust(folderOf(files))).policies[0]?.roots.ca.length;
}

test('certificates are read in PEM and DER, several of a file, and not from folders below', async () => {
  const files = {
    ...good,
    [`${store}/both.pem`]: `A comment\n${pemOfCertificate(intermediate)}${pemOfCertificate(selfSigned)}`,
    [`${store}/binary.cer`]: root?.der,
    [`${store}/old/root.crt`]: 'x',
  };
  assert.equal(await countOf(files), 4);
});

test('the policy for images comes before the one of old, and both may be elsewhere', async () => {
  assert.equal(await countOf({ ...good, 'trustpolicy.json': '{', 'trustpolicy.oci.json': policy }), 1);
  const folder = folderOf({ 'p.json': policy, 'x509/ca/box/root.pem': pemOfCertificate(root) });
  const trust = await readNotationTrust({ trustStore: folder, trustPolicy: join(folder, 'p.json') });
  assert.equal(trust.policies[0]?.roots.ca.length, 1);
});

test('only stores that a policy names are read', async () => {
  assert.equal(await countOf({ ...good, 'truststore/x509/ca/other/x.txt': 'x' }), 1);
});

const tsa = JSON.stringify(policyOf({ trustStores: ['ca:box', 'tsa:box'] }));
const tsaRoot = timestampAuthority.chain.at(-1);

test('timestamp authorities have stores of their own', async () => {
  const files = { ...good, 'trustpolicy.json': tsa, 'truststore/x509/tsa/box/root.pem': pemOfCertificate(tsaRoot) };
  const [read] = (await readNotationTrust(folderOf(files))).policies;
  assert.deepEqual([read?.roots.ca.length, read?.roots.tsa.length, read?.roots.signingAuthority.length], [1, 1, 0]);
});

const bad: Readonly<Record<string, Parameters<typeof folderOf>[0]>> = {
  'no policy': { ...good, 'trustpolicy.json': undefined },
  'a policy that is none': { ...good, 'trustpolicy.json': '{' },
  'no store': { 'trustpolicy.json': policy },
  'an empty store': { 'trustpolicy.json': policy, [`${store}/old/root.crt`]: pemOfCertificate(root) },
  'a file that has no certificates': { ...good, [`${store}/x.pem`]: 'x' },
  'a file that is for something else': { ...good, [`${store}/README.md`]: pemOfCertificate(root) },
  'a broken certificate among others': {
    ...good,
    [`${store}/x.pem`]: `${pemOfCertificate(root)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
  },
  "a signer's certificate": { ...good, [`${store}/leaf.pem`]: pemOfCertificate(leaf) },
  'a timestamp authority that is no root': {
    ...good,
    'trustpolicy.json': tsa,
    'truststore/x509/tsa/box/x.pem': pemOfCertificate(intermediate),
  },
  'a file that is too large': { ...good, [`${store}/x.pem`]: Buffer.alloc(2 << 20, pemOfCertificate(root)) },
};

for (const [what, files] of Object.entries(bad)) {
  test(`a trust store with ${what} is an error`, async () => {
    await assert.rejects(readNotationTrust(folderOf(files)), { code: 'trust-root-invalid' });
  });
}

test('links are not followed, neither files nor folders', async () => {
  const file = folderOf(good);
  symlinkSync(join(file, store, 'root.crt'), join(file, store, 'link.crt'));
  await assert.rejects(readNotationTrust(file), { code: 'trust-root-invalid' });
  const folder = folderOf({ 'trustpolicy.json': policy, 'truststore/x509/ca/x': 'x' });
  symlinkSync(join(file, store), join(folder, store));
  await assert.rejects(readNotationTrust(folder), { code: 'trust-root-invalid' });
});
