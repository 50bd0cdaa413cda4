import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { packTar, writeLayout } from '#image/testing.ts';
import { asList, asText } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout, command, fillDatabase, missingPrograms, succeed, type Run } from './bulla.ts';
import { at } from './chart.ts';
import { startRegistry, type Registry } from './registry.ts';
import { npmPackages, writeSmallFeed } from './small-image.ts';
import { newKeys, type KeyFiles } from './vouching.ts';

const commit = '5'.repeat(40);

/** A template: where its steps are, and what its CI system says of a job. */
interface Template {
  readonly file: string;
  readonly steps: (template: unknown) => readonly string[];
  readonly says: Readonly<Record<string, string>>;
}

const templates: readonly Template[] = [
  {
    file: 'github.yml',
    steps: (template) =>
      asList(at(template, 'jobs', 'vouch', 'steps')).flatMap((step) =>
        at(step, 'name') === 'Set up' ? [] : (asText(at(step, 'run')) ?? []),
      ),
    says: {
      GITHUB_ACTIONS: 'true',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'team/shop',
      GITHUB_RUN_ID: '1',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_SHA: commit,
      GITHUB_WORKFLOW_REF: 'team/shop/.github/workflows/release.yml@refs/heads/main',
      BUILDER: 'https://github.com/team/shop/.github/workflows/bulla.yml@refs/heads/main',
    },
  },
  {
    file: 'gitlab.yml',
    steps: (template) => asList(at(template, 'bulla', 'script')).map(String),
    says: {
      GITLAB_CI: 'true',
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_SHA: commit,
      CI_JOB_NAME: 'bulla',
      CI_PROJECT_URL: 'https://gitlab.com/team/shop',
      CI_RUNNER_ID: '1',
    },
  },
];

const missing = await missingPrograms('docker-registry', 'skopeo');

describe('the templates for CI do what they say', { skip: missing ?? false }, () => {
  let registry: Registry;
  let keys: KeyFiles;
  let database = '';
  before(async () => {
    registry = await startRegistry();
    keys = newKeys();
    database = await fillDatabase('database', writeSmallFeed());
  });
  after(() => registry?.stop());

  async function push(name: string, ...packages: readonly string[]): Promise<string> {
    const layout = newFolder('built');
    writeLayout(layout, [{ tag: '1', layers: [packTar(npmPackages(...packages))] }]);
    const to = `${registry.host}/team/${name}`;
    await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${to}:1`]);
    const inspect = ['inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${to}:1`];
    return `${to}@${(await succeed('skopeo', inspect)).stdout.trim()}`;
  }

  /** Runs the steps as a runner does, but signs with a key: there is no authority here. */
  async function follow({ file, steps, says }: Template, image: string): Promise<Run & { last: string }> {
    const template = parse(readFileSync(join(checkout, 'deploy/ci', file), 'utf8')) as unknown;
    const cwd = newFolder('job');
    writeFileSync(join(cwd, 'policy.yaml'), policy(registry.host, readFileSync(keys.publicKey, 'utf8')));
    const env = {
      ...says,
      PATH: `${checkout}:${process.env['PATH'] ?? ''}`,
      HOME: newFolder('home'),
      BULLA_DATABASE: database,
      IMAGE: image,
      POLICY: 'policy.yaml',
      SIGN_WITH: `--key ${keys.key}`,
      SIGNED_BY: `--key ${keys.publicKey}`,
    };
    let run: Run = { code: null, stdout: '', stderr: 'there are no steps' };
    for (const step of steps(template)) {
      run = await command('bash', ['-e', '-c', step], { cwd, env });
      if (run.code !== 0) return { ...run, last: step };
    }
    return { ...run, last: '' };
  }

  for (const template of templates) {
    const name = template.file.replace('.yml', '');
    test(`${template.file}: a good image ends signed, stated, verified and allowed`, async () => {
      const image = await push(`${name}-good`, 'biscuit', 'teapot');
      const run = await follow(template, image);
      assert.equal(run.code, 0, `${run.last}\n${run.stdout}${run.stderr}`);
      for (const type of [[], ['--type', 'sbom'], ['--type', 'slsa']]) {
        assert.equal((await bulla(['verify', image, '--key', keys.publicKey, ...type])).code, 0);
      }
    });

    test(`${template.file}: a bad image ends at the scan, and nobody signs it`, async () => {
      const image = await push(`${name}-bad`, 'kettle');
      const run = await follow(template, image);
      assert.equal(run.code, 1);
      assert.match(run.last, /bulla scan/);
      assert.equal((await bulla(['verify', image, '--key', keys.publicKey])).code, 1);
    });

    test(`${template.file}: what it uses is named by digest or commit`, async () => {
      const lint = await bulla(['lint', join(checkout, 'deploy/ci', template.file)]);
      assert.equal(lint.code, 0, lint.stdout);
    });
  }
});

function policy(host: string, publicKey: string): string {
  const signedBy = [{ key: publicKey }];
  const rules = { pinned: true, registries: { allow: [`${host}/**`] }, signatures: { signedBy }, sbom: { signedBy } };
  return JSON.stringify({
    apiVersion: 'policy.bulla/v1',
    kind: 'TrustPolicy',
    metadata: { name: 'production' },
    spec: { mode: 'enforce', rules },
  });
}
