import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { writeFiles } from '#advisories/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { policyFilesAt, readPolicies } from './policies.ts';

const policy = JSON.stringify({
  apiVersion: 'policy.bulla/v1',
  kind: 'TrustPolicy',
  metadata: { name: 'pinned' },
  spec: { mode: 'enforce', rules: { pinned: true } },
});

test('a folder of policies has tests and what tools keep there beside them', async () => {
  const folder = newFolder();
  writeFiles(folder, {
    'pinned/policy.yaml': policy,
    'pinned/artifacthub-pkg.yml': 'name: pinned',
    'kustomization.yaml': 'resources: [pinned/policy.yaml]',
    'pinned/.kyverno-test/kyverno-test.yaml': 'name: test',
    'pinned/kyverno-test.yaml': 'name: test',
    'README.md': '# Policies',
  });
  assert.deepEqual(
    (await policyFilesAt([folder])).map((path) => basename(path)),
    ['policy.yaml'],
  );
  assert.deepEqual(
    (await readPolicies([folder])).map(({ name }) => name),
    ['pinned'],
  );
});

test('anything else is an error, because whoever put it there expects that it counts', async () => {
  const folder = newFolder();
  writeFiles(folder, { 'policy.yaml': policy, 'other.yaml': policy.replace('apiVersion', 'apiVerison') });
  await assert.rejects(readPolicies([folder]), { code: 'policy-unsupported', message: /other\.yaml/ });
  // A file that is named is meant.
  writeFiles(folder, { 'kustomization.yaml': 'resources: []' });
  await assert.rejects(readPolicies([`${folder}/kustomization.yaml`]), { code: 'policy-unsupported' });
});
