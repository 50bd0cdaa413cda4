import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bulla } from './bulla.ts';
import { problemsOf } from './schemas.ts';

/**
 * The public conformance set of Sigstore (sigstore/sigstore-conformance), which is not part of this project: a checkout of it in
 * `BULLA_CONFORMANCE`, and in `BULLA_PUBLIC_GOOD_ROOT` the trusted root of the public instance.
 */
const checkout = process.env['BULLA_CONFORMANCE'] ?? '';
const bundle = 'bundle.sigstore.json';
const publicGood = process.env['BULLA_PUBLIC_GOOD_ROOT'] ?? '';
const cases = join(checkout, 'test/assets/bundle-verify');
const missing =
  checkout !== '' && existsSync(cases) && existsSync(publicGood)
    ? undefined
    : 'BULLA_CONFORMANCE and BULLA_PUBLIC_GOOD_ROOT do not name the conformance set and a trusted root';

const identity =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';

describe('every case of the public conformance set comes out right, offline', { skip: missing, concurrency: 2 }, () => {
  const names = missing === undefined ? readdirSync(cases).filter((name) => existsSync(join(cases, name, bundle))) : [];
  for (const name of names) {
    const folder = join(cases, name);
    const own = (file: string, otherwise: string) => (existsSync(join(folder, file)) ? join(folder, file) : otherwise);
    const text = (file: string, otherwise: string) =>
      existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : otherwise;
    const who = existsSync(join(folder, 'key.pub'))
      ? ['--key', join(folder, 'key.pub')]
      : ['--identity', text('identity', identity), '--issuer', text('issuer', issuer)];
    const artifact = own('artifact', join(cases, 'a.txt'));
    const digest = `sha256:${createHash('sha256').update(readFileSync(artifact)).digest('hex')}`;
    for (const source of [`file:${artifact}`, digest]) {
      const kind = source === digest ? 'from its digest' : 'from the file';
      test(`${name}, ${kind}`, async () => {
        const root = own('trusted_root.json', publicGood);
        const args = ['--bundle', join(folder, bundle), '--trusted-root', root, ...who, '--json', source];
        const { code, stdout, stderr } = await bulla(['verify', '--offline', ...args]);
        assert.equal(code, name.endsWith('_fail') ? 1 : 0, stdout + stderr);
        assert.deepEqual(problemsOf(stdout, 'verification'), []);
      });
    }
  }
});
