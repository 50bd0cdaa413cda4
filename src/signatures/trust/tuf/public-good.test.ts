import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTrustRoot } from '#signatures/trust/trust-root.ts';
import { loadTrustedRoot } from './load-trusted-root.ts';
import { publicGood } from './public-good.ts';
import { readRoot } from './roles.ts';
import { requireThreshold } from './threshold.ts';
import { trustAnchor } from './trusted.ts';

test('the root that is shipped is signed by its own keys, three of five', () => {
  const { root } = trustAnchor(publicGood.root);
  assert.equal(root.signers.root.keys.size, 5);
  assert.equal(root.signers.root.threshold, 3);
  assert.ok(root.hasConsistentSnapshots);
});

test('all five have signed it, and a changed one nobody', () => {
  const root = readRoot(publicGood.root);
  requireThreshold(root, { ...root.signers.root, threshold: 5 });
  const changed = publicGood.root.replace('"version":16', '"version":17');
  assert.notEqual(changed, publicGood.root);
  assert.throws(() => trustAnchor(changed), { code: 'tuf-anchor-invalid' });
});

const isOnline = process.env['BULLA_ONLINE_TESTS'] === '1';
test(
  'the public instance gives a trusted root',
  { skip: isOnline ? false : 'BULLA_ONLINE_TESTS=1 asks it' },
  async () => {
    const cache = mkdtempSync(join(tmpdir(), 'bulla-tuf-'));
    try {
      const { text, isStale, signingConfig } = await loadTrustedRoot({ cache });
      assert.ok(readTrustRoot(text, 'trusted_root.json').logs.length >= 2);
      assert.equal(isStale, false);
      assert.ok(signingConfig?.includes('rekor'));
      assert.equal((await loadTrustedRoot({ cache, offline: true })).text, text);
    } finally {
      rmSync(cache, { recursive: true });
    }
  },
);
