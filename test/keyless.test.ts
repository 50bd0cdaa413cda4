import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import { listen } from '#signatures/box/http/listen.ts';
import { createBoxServer } from '#signatures/box/http/server.ts';
import { startIssuer } from '#signatures/services/sign-in/fake-issuer.ts';
import { createToken } from '#signatures/box/http/token.ts';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { createTufRepository } from '#signatures/trust/tuf/testing.ts';
import { startServer } from '#image/registry/testing.ts';
import { bulla, checkout, command, missingPrograms, succeed, type Run } from './bulla.ts';
import { startRegistry } from './registry.ts';
import { problemsOf } from './schemas.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');
const noTerminal = await missingPrograms('script');

/** A time that is yet to come, as TUF writes it. */
const soon = () => new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, '');

/** What GitHub's tokens say of a job that releases team/shop. */
const job = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:team/shop:ref:refs/tags/v1.2.3',
  aud: 'sigstore',
  repository: 'team/shop',
  repository_owner: 'team',
  repository_id: '4711',
  repository_owner_id: '42',
  repository_visibility: 'public',
  ref: 'refs/tags/v1.2.3',
  sha: '0123456789abcdef0123456789abcdef01234567',
  event_name: 'push',
  workflow: 'release',
  workflow_ref: 'team/shop/.github/workflows/release.yml@refs/tags/v1.2.3',
  workflow_sha: '0123456789abcdef0123456789abcdef01234567',
  job_workflow_ref: 'team/shop/.github/workflows/release.yml@refs/tags/v1.2.3',
  job_workflow_sha: '0123456789abcdef0123456789abcdef01234567',
  runner_environment: 'github-hosted',
  run_id: '99',
  run_attempt: '1',
} as const;

describe('a job signs as whom its token names', { skip: missing ?? false, concurrency: false }, () => {
  const box = createBox();
  const server = createBoxServer(box, () => new Date());
  const folder = newFolder('keyless');
  const root = join(folder, 'trusted_root.json');
  const state = { HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  let origin = '';
  let host = '';
  let count = 0;
  const stops: (() => unknown)[] = [];

  before(async () => {
    writeFileSync(root, JSON.stringify(box.trustedRoot));
    const listening = await listen(server);
    const registry = await startRegistry();
    ({ origin } = listening);
    ({ host } = registry);
    stops.push(() => listening.close(), registry.stop);
  });
  after(() => stops.map((stop) => stop()));

  async function newImage(): Promise<string> {
    const layout = newFolder('image');
    writeLayout(layout, [{ tag: '1', layers: [packTar([{ path: 'content', content: String(++count) }])] }]);
    const image = `${host}/team/shop${count}:1`;
    await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${image}`]);
    return image;
  }

  function token(rest: Readonly<Record<string, string>> = {}): string {
    return createToken({ ...job, ...rest, exp: Math.floor(Date.now() / 1000) + 600 });
  }

  const services = () => ['--fulcio', origin, '--rekor', origin, '--timestamp', `${origin}/api/v1/timestamp`];

  async function sign(image: string, ...more: readonly string[]): Promise<Run> {
    return bulla(['sign', image, '--identity-token', token(), ...services(), ...more], { env: state });
  }

  const ask = (image: string, ...expected: readonly string[]) => askWith(root, image, ...expected);

  async function askWith(trustedRoot: string, image: string, ...expected: readonly string[]) {
    const { code, stdout } = await bulla(['verify', image, '--trusted-root', trustedRoot, '--json', ...expected]);
    const entries = asList(asObject(parseJson(stdout))?.['entries']).map((entry) => asObject(entry));
    const refused = entries.flatMap((entry) => asText(asObject(entry?.['refusal'])?.['code']) ?? []);
    return { code, refused: [...new Set(refused)] };
  }

  test('and is verified by repository, workflow, ref, trigger, runner and ids', async () => {
    const image = await newImage();
    assert.equal((await sign(image)).code, 0);
    const exact = ['--repository', 'team/shop', '--workflow', '.github/workflows/release.yml', '--ref', 'refs/tags/v*'];
    const more = ['--trigger', 'push', '--runner', 'github-hosted', '--repository-id', '4711', '--owner-id', '42'];
    assert.deepEqual(await ask(image, ...exact, ...more), { code: 0, refused: [] });
    const name = 'https://github.com/team/shop/.github/workflows/release.yml@refs/tags/v1.2.3';
    assert.equal((await ask(image, '--identity', name, '--issuer', job.iss)).code, 0);
    // As cosign's users write it.
    assert.equal((await ask(image, '--certificate-identity', name, '--certificate-oidc-issuer', job.iss)).code, 0);
  });

  for (const flow of ['browser', 'device']) {
    const skipped = noTerminal ?? false;
    test(`and so does a person at a terminal, who signs in (${flow})`, { skip: skipped }, async () => {
      const issuer = await startIssuer();
      const file = join(folder, `signed-${flow}`);
      const browser = join(folder, 'browser');
      writeFileSync(file, 'a release');
      writeFileSync(browser, '#!/bin/sh\nexec node -e "fetch(process.argv[1])" "$1"\n', { mode: 0o755 });
      const words = ['sign', `file:${file}`, ...services(), '--oidc-issuer', issuer.url, '--oidc-flow', flow];
      const line = [join(checkout, 'bulla'), ...words].map((word) => `'${word}'`).join(' ');
      try {
        const { code, stdout } = await command('script', ['-qec', line, '/dev/null'], {
          env: { ...state, BROWSER: browser },
        });
        assert.equal(code, 0, stdout);
        assert.match(stdout, flow === 'device' ? /the code ABCD-EFGH/ : /sign in with the browser/);
        // It is never offered where nobody can answer.
        const { stderr } = await bulla(words, { env: { ...state, BROWSER: browser } });
        assert.match(stderr, /error\[token-missing\]/);
      } finally {
        await issuer.close();
      }
      const who = ['--identity', 'somebody@example.com', '--issuer', issuer.url];
      const { code, stdout } = await bulla(['verify', `file:${file}`, '--trusted-root', root, ...who]);
      assert.equal(code, 0, stdout);
    });
  }

  test('and states how it was built, which is compared with its certificate', async () => {
    const image = await newImage();
    const variables = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: job.repository,
      GITHUB_REPOSITORY_ID: job.repository_id,
      GITHUB_REPOSITORY_OWNER_ID: job.repository_owner_id,
      GITHUB_REF: job.ref,
      GITHUB_SHA: job.sha,
      GITHUB_WORKFLOW_REF: job.workflow_ref,
      GITHUB_EVENT_NAME: job.event_name,
      GITHUB_RUN_ID: job.run_id,
      GITHUB_RUN_ATTEMPT: job.run_attempt,
      RUNNER_ENVIRONMENT: job.runner_environment,
    };
    const attest = (env: Readonly<Record<string, string>>, to: string) =>
      bulla(['attest', to, '--type', 'slsa', '--identity-token', token(), ...services()], { env });
    const attested = await attest(variables, image);
    assert.equal(attested.code, 0, attested.stderr);

    const asked = ['verify', image, '--trusted-root', root, '--provenance', '--json'];
    for (const demand of [[], ['--repository', 'team/shop', '--slsa-level', '2'], ['--versioned-tag', 'v1']]) {
      const { code, stdout } = await bulla([...asked, ...demand]);
      assert.equal(code, 0, stdout);
      assert.deepEqual(problemsOf(stdout, 'verification'), []);
      assert.match(stdout, /"level": 2/);
    }
    const other = await bulla([...asked, '--repository', 'team/shop', '--tag', 'v2']);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /"code": "tag-not-allowed"/);
    assert.deepEqual(problemsOf(other.stdout, 'verification'), []);

    const forged = await newImage();
    await attest({ ...variables, GITHUB_SHA: 'f'.repeat(40) }, forged);
    const { code, stdout } = await bulla(['verify', forged, '--trusted-root', root, '--provenance', '--json']);
    assert.equal(code, 1);
    assert.match(stdout, /"code": "commit-contradicted"/);
  });

  test('and nobody else is taken for it', async () => {
    const image = await newImage();
    await sign(image);
    const cases: readonly [readonly string[], string][] = [
      [['--repository', 'team/other'], 'repository-mismatch'],
      [['--repository', 'te*/shop-evil'], 'repository-mismatch'],
      [['--repository', 'team/shop', '--ref', 'refs/heads/main'], 'ref-mismatch'],
      [['--repository', 'team/shop', '--trigger', 'pull_request'], 'trigger-mismatch'],
      [['--repository', 'team/shop', '--runner', 'self-hosted'], 'runner-mismatch'],
      [['--repository', 'team/shop', '--repository-id', '1'], 'claim-mismatch'],
      [['--repository', 'team/shop', '--issuer', 'https://gitlab.com'], 'issuer-mismatch'],
      [['--identity', 'https://github.com/team/*', '--issuer', job.iss], 'identity-mismatch'],
      [['--identity-regex', 'https://github.com/team', '--issuer', job.iss], 'identity-mismatch'],
    ];
    for (const [expected, code] of cases) {
      assert.deepEqual(await ask(image, ...expected), { code: 1, refused: [code] }, expected.join(' '));
    }
  });

  test('and another Sigstore does not believe it', async () => {
    const image = await newImage();
    await sign(image);
    const other = join(folder, 'other_root.json');
    writeFileSync(other, JSON.stringify(createBox().trustedRoot));
    assert.deepEqual(await askWith(other, image, '--repository', 'team/shop'), { code: 1, refused: ['log-untrusted'] });
  });

  test('and a log of the second version is as good, in the format that has a place for it', async () => {
    const image = await newImage();
    const args = ['--fulcio', origin, '--rekor-v2', origin, '--timestamp', `${origin}/api/v1/timestamp`];
    const { code, stdout } = await bulla(['sign', image, '--identity-token', token(), ...args]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /legacy/);
    assert.deepEqual(await ask(image, '--repository', 'team/shop'), { code: 0, refused: [] });
  });

  test('and a log that is down fails it, unless it is told to do its best', async () => {
    const image = await newImage();
    server.fail('rekor1', 502);
    const failed = await sign(image, '--formats', 'bundle');
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /error\[service-failed\].*502/);

    const best = await sign(image, '--log', 'best-effort');
    assert.equal(best.code, 0, best.stderr);
    assert.match(best.stderr, /not published yet.*bulla sign --flush/);
    assert.deepEqual(await ask(image, '--repository', 'team/shop'), { code: 1, refused: ['log-entry-missing'] });
    assert.equal((await ask(image, '--repository', 'team/shop', '--log', 'optional')).code, 0);

    server.mend('rekor1');
    const flushed = await bulla(['sign', '--flush'], { env: state });
    assert.match(flushed.stdout, /^published .*shop/);
    assert.equal((await ask(image, '--repository', 'team/shop')).code, 0);
    assert.equal((await bulla(['sign', '--flush'], { env: state })).stdout, '');
  });

  test('and so does what it states; one that is gone does not keep the others from being published', async () => {
    const image = await newImage();
    const predicate = join(folder, 'predicate.json');
    writeFileSync(predicate, '{}');
    const words = ['attest', image, '--type', 'https://example.com/any', '--predicate', predicate];
    server.fail('rekor1', 502);
    const attested = await bulla([...words, '--identity-token', token(), ...services(), '--log', 'best-effort'], {
      env: state,
    });
    server.mend('rekor1');
    assert.equal(attested.code, 0, attested.stderr);
    assert.match(attested.stderr, /not published yet.*bulla sign --flush/);

    const gone = join(state.XDG_STATE_HOME, 'bulla/unpublished/gone.json');
    const reference = `${host}/team/gone@sha256:${'0'.repeat(64)}`;
    writeFileSync(gone, JSON.stringify({ reference, log: origin, version: 'v1' }));
    const flushed = await bulla(['sign', '--flush'], { env: state });
    assert.match(flushed.stdout, /^published .*shop/);
    assert.match(flushed.stderr, /team\/gone@sha256:0+ is not published yet: /);
    assert.equal(flushed.code, 2);
    rmSync(gone);
    assert.equal((await ask(image, '--repository', 'team/shop', '--type', 'any')).code, 0);
    assert.deepEqual(await bulla(['sign', '--flush'], { env: state }), { code: 0, stdout: '', stderr: '' });
  });

  test('and what a key has signed without a log is published when that is asked for', async () => {
    const image = await newImage();
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = join(folder, 'key.pem');
    const publicKey = join(folder, 'key.pub');
    writeFileSync(key, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(publicKey, pair.publicKey.export({ format: 'pem', type: 'spki' }));
    assert.equal((await bulla(['sign', image, '--key', key])).code, 0);
    const required = ['--key', publicKey, '--log', 'required'];
    assert.deepEqual(await ask(image, ...required), { code: 1, refused: ['log-entry-missing'] });
    assert.equal((await bulla(['sign', image, '--key', key, '--rekor', origin])).code, 0);
    assert.equal((await ask(image, ...required)).code, 0);
  });

  test('and whom to ask may be configured', async () => {
    const image = await newImage();
    const config = join(folder, 'bulla.yaml');
    const timestamp = `${origin}/api/v1/timestamp`;
    writeFileSync(config, JSON.stringify({ signing: { fulcio: origin, rekor: origin, timestamp } }));
    const { code, stderr } = await bulla(['sign', image, '--identity-token', token(), '--config', config]);
    assert.equal(code, 0, stderr);
    assert.equal((await ask(image, '--repository', 'team/shop')).code, 0);
  });

  /** The services of the box, as an instance of Sigstore lists them. */
  function signingConfig(logVersion: number): string {
    const service = (url: string, majorApiVersion = 1) => {
      return { url, majorApiVersion, validFor: { start: '2025-01-01T00:00:00Z' }, operator: 'box' };
    };
    return JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(origin)],
      rekorTlogUrls: [service(origin, logVersion)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(`${origin}/api/v1/timestamp`)],
      tsaConfig: { selector: 'ANY' },
    });
  }

  test('and whom to ask may be said by the signing configuration of an instance', async () => {
    const config = join(folder, 'signing_config.json');
    for (const version of [1, 2]) {
      const image = await newImage();
      writeFileSync(config, signingConfig(version));
      const { code, stdout, stderr } = await bulla(
        ['sign', image, '--identity-token', token(), '--signing-config', config],
        { env: state },
      );
      assert.equal(code, 0, stderr);
      // The old format has no place for what the second version of the log gives.
      assert.equal(stdout.includes('legacy'), version === 1);
      assert.equal((await ask(image, '--repository', 'team/shop')).code, 0);
    }
    writeFileSync(config, '{}');
    const { stderr } = await bulla(['sign', host, '--identity-token', token(), '--signing-config', config]);
    assert.match(stderr, /error\[signing-config-invalid\]/);
  });

  test('and an instance may bring both by TUF: whom to ask, and whom to believe', async (t) => {
    const repository = createTufRepository();
    Object.assign(repository.expires, { root: soon(), targets: soon(), snapshot: soon(), timestamp: soon() });
    repository.targets.set('trusted_root.json', JSON.stringify(box.trustedRoot));
    const anchor = join(folder, 'root.json');
    writeFileSync(anchor, repository.rotate());
    repository.publish();
    const mirror = await startServer(t, ({ url }) => {
      const content = repository.files.get(url.replace('/repository/', ''));
      return content === undefined ? { status: 404 } : { body: content };
    });
    const env = {
      ...state,
      TUF_MIRROR: `http://${mirror.host}/repository`,
      TUF_ROOT_JSON: anchor,
      XDG_CACHE_HOME: newFolder('cache'),
    };
    const image = await newImage();
    // What is meant for an instance of one's own goes nowhere else.
    const lost = await bulla(['sign', image, '--identity-token', token()], { env });
    assert.equal(lost.code, 2);
    assert.match(lost.stderr, /error\[usage\].*signing configuration names no/);

    repository.targets.set('signing_config.v0.2.json', signingConfig(1));
    repository.publish();
    const fresh = { ...env, XDG_CACHE_HOME: newFolder('cache') };
    const signed = await bulla(['sign', image, '--identity-token', token()], { env: fresh });
    assert.equal(signed.code, 0, signed.stderr);
    const { code, stdout } = await bulla(['verify', image, '--repository', 'team/shop'], { env: fresh });
    assert.equal(code, 0, stdout);
  });

  test('and without a token, or with none for it, it says so', async () => {
    const image = await newImage();
    const nobody = await bulla(['sign', image, ...services()]);
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /error\[token-missing\]/);
    const stranger = await bulla(['sign', image, '--identity-token', token({ aud: 'other' }), ...services()]);
    assert.match(stranger.stderr, /error\[service-failed\].*401/);
  });

  test('and the token of the environment is found', async () => {
    const image = await newImage();
    const { code } = await bulla(['sign', image, ...services()], { env: { SIGSTORE_ID_TOKEN: token() } });
    assert.equal(code, 0);
    assert.equal((await ask(image, '--repository', 'team/shop')).code, 0);
  });
});
