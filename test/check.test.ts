import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, fillDatabase, missingPrograms } from './bulla.ts';
import { registryKinds } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { flaws, writeSmallFeed, writeSmallImage } from './small-image.ts';
import { done, newKeys, pushNewImage } from './vouching.ts';

/** Writes a policy with these rules, enforced everywhere. */
function writePolicy(rules: object, rest: object = {}): string {
  const file = join(newFolder('policy'), 'policy.yaml');
  const spec = { mode: 'enforce', rules, ...rest };
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata: { name: 'p' }, spec }),
  );
  return file;
}

interface Checked {
  readonly code: number | null;
  readonly verdict: string | undefined;
  /** Rule and reason of everything that is not passed. */
  readonly reasons: readonly string[];
  readonly stdout: string;
}

async function check(...args: readonly string[]): Promise<Checked> {
  const { code, stdout, stderr } = await bulla(['check', '--json', ...args]);
  assert.deepEqual(problemsOf(stdout, 'verdict'), [], stderr);
  const body = asObject(parseJson(stdout));
  const outcomes = asList(body?.['checks']).flatMap((one) => asList(asObject(one)?.['outcomes']).map(asObject));
  const reasons = outcomes
    .filter((outcome) => outcome?.['outcome'] === 'failed' || outcome?.['outcome'] === 'unknown')
    .map((outcome) => `${asText(outcome?.['rule'])}: ${asText(asObject(outcome?.['reason'])?.['code'])}`);
  return { code, verdict: asText(body?.['verdict']), reasons, stdout };
}

const noSkopeo = await missingPrograms('skopeo');
const [registry] = registryKinds;

describe('may it run: signatures', { skip: noSkopeo ?? registry?.missing ?? false }, () => {
  const keys = newKeys();
  const others = newKeys();
  const keyFolder = newFolder('keys');
  let host = '';
  let stop: (() => void) | undefined;

  before(async () => {
    copyFileSync(keys.publicKey, join(keyFolder, 'release.pub'));
    copyFileSync(others.publicKey, join(keyFolder, 'other.pub'));
    if (registry !== undefined) ({ host, stop } = await registry.start());
  });
  after(() => stop?.());

  const signedBy = (...names: readonly string[]) => ({ signedBy: names.map((key) => ({ key })) });
  const judge = (image: string, policy: string) => check(image, '--policy', policy, '--keys', keyFolder, '--insecure');

  test('an image that nobody signed is denied; the signed one is allowed', async () => {
    const { tagged } = await pushNewImage(host);
    const policy = writePolicy({ signatures: signedBy('release.pub') });
    const unsigned = await judge(tagged, policy);
    assert.deepEqual([unsigned.code, unsigned.verdict, unsigned.reasons], [1, 'deny', ['signatures: unsigned']]);
    await done('sign', tagged, '--key', keys.key);
    const signed = await judge(tagged, policy);
    assert.deepEqual([signed.code, signed.verdict, signed.reasons], [0, 'allow', []]);
  });

  test('who has signed, and how many, is what the policy says', async () => {
    const { tagged } = await pushNewImage(host);
    await done('sign', tagged, '--key', keys.key);
    const wrong = await judge(tagged, writePolicy({ signatures: signedBy('other.pub') }));
    assert.deepEqual(wrong.reasons, ['signatures: signature-refused']);
    const two = writePolicy({ signatures: { ...signedBy('release.pub', 'other.pub'), atLeast: 2 } });
    assert.deepEqual((await judge(tagged, two)).reasons, ['signatures: signers-too-few']);
    await done('sign', tagged, '--key', others.key);
    assert.equal((await judge(tagged, two)).verdict, 'allow');
  });

  test('an SBOM that is attested is no signature, and a signature no SBOM', async () => {
    const { tagged } = await pushNewImage(host);
    await bulla(['sbom', tagged, '--attest', '--key', keys.key, '--output', join(newFolder('sbom'), 'sbom.json')]);
    const both = writePolicy({ signatures: signedBy('release.pub'), sbom: signedBy('release.pub') });
    assert.deepEqual((await judge(tagged, both)).reasons, ['signatures: unsigned']);
    assert.deepEqual((await judge(tagged, writePolicy({ sbom: signedBy('other.pub') }))).reasons, [
      'sbom: attestation-refused',
    ]);
  });

  test('a registry that does not answer is unknown, which is not a pass', async () => {
    const { code, verdict, reasons } = await judge(
      'localhost:1/app',
      writePolicy({ signatures: signedBy('release.pub') }),
    );
    assert.deepEqual([code, verdict, reasons], [3, 'unknown', ['signatures: evidence-unavailable']]);
  });

  test('a key is named, and never fetched from where a policy says', async () => {
    const { tagged } = await pushNewImage(host);
    for (const key of ['http://keys.example/release.pub', '/etc/ssl/cert.pem', '../release.pub', 'env://KEY']) {
      const { verdict, stdout } = await judge(tagged, writePolicy({ signatures: signedBy(key) }));
      assert.equal(verdict, 'unknown');
      assert.match(stdout, /key-not-found/);
    }
  });

  test('manifests: every image of every object, with its place', async () => {
    const { tagged, pinned } = await pushNewImage(host);
    const file = join(newFolder('manifests'), 'deployment.yaml');
    const pod = {
      initContainers: [{ name: 'init', image: pinned }],
      containers: [{ name: 'app', image: tagged }],
      volumes: [{ name: 'data', image: { reference: tagged } }],
    };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: pod } },
    };
    writeFileSync(file, `# a comment\n${JSON.stringify(deployment)}\n`);
    const { verdict, reasons, stdout } = await check(file, '--policy', writePolicy({ pinned: true }));
    assert.deepEqual([verdict, reasons], ['deny', ['pinned: not-pinned', 'pinned: not-pinned']]);
    assert.match(stdout, /\/spec\/template\/spec\/volumes\/0\/image\/reference/);
    const annotations = await bulla(['check', file, '--policy', writePolicy({ pinned: true }), '--format', 'github']);
    assert.match(
      annotations.stdout,
      /^::error file=.*deployment\.yaml,line=2,col=\d+,title=Deployment\/web%3A pinned::/,
    );
  });
});

const small = () => writeSmallImage();

describe('may it run: what is in it', () => {
  let database = '';
  before(async () => {
    database = await fillDatabase('small', writeSmallFeed());
  });

  const judge = async (rules: object, rest: object = {}, ...args: readonly string[]) =>
    check(
      small(),
      '--database',
      database,
      '--offline',
      '--as',
      'registry.example/app',
      '--policy',
      writePolicy(rules, rest),
      ...args,
    );

  test('teams draw lines, and the first that fits decides', async () => {
    const lines = [
      { exploited: true, action: 'block' },
      { severity: 'critical', fix: 'available', action: 'block' },
      { severity: 'high', fix: 'none', action: 'warn' },
    ];
    const { code, reasons, stdout } = await judge({ vulnerabilities: { lines } });
    assert.equal(code, 1);
    assert.deepEqual(reasons, ['vulnerabilities: vulnerability-blocked', 'vulnerabilities: vulnerability-due']);
    for (const id of [flaws.critical, flaws.exploitedLow, flaws.high]) assert.match(stdout, new RegExp(id));
    assert.doesNotMatch(stdout, new RegExp(flaws.medium));
  });

  test('a warning is none that closes a gate', async () => {
    const { code, verdict } = await judge({ vulnerabilities: { lines: [{ severity: 'low', action: 'warn' }] } });
    assert.deepEqual([code, verdict], [0, 'warn']);
  });

  test('an exception counts from where the policy says, from whom it says, and until it ends', async () => {
    const lines = [{ severity: 'critical', action: 'block-without-exception' }];
    const accepted = { exceptions: { namespaces: ['security'], approvers: ['head of security'] } };
    const exception = (spec: object, namespace = 'security') => {
      const file = join(newFolder('exception'), 'exception.json');
      const body = {
        apiVersion: 'policy.bulla/v1',
        kind: 'TrustException',
        metadata: { name: 'e', namespace },
        spec: {
          policy: 'p',
          vulnerabilities: [flaws.critical],
          images: ['registry.example/**'],
          reason: 'the function is never called',
          approver: 'head of security',
          expires: '2999-01-01T00:00:00Z',
          ...spec,
        },
      };
      writeFileSync(file, JSON.stringify(body));
      return ['--policy', file];
    };
    const rules = { vulnerabilities: { lines } };
    const cases: readonly [what: string, args: readonly string[], verdict: string][] = [
      ['none', [], 'deny'],
      ['a good one', exception({}), 'allow'],
      ['from another namespace', exception({}, 'team'), 'deny'],
      ['by somebody else', exception({ approver: 'myself' }), 'deny'],
      ['one that has ended', exception({ expires: '2020-01-01T00:00:00Z' }), 'deny'],
      ['for other images', exception({ images: ['other.example/**'] }), 'deny'],
      ['for another package', exception({ packages: ['teapot'] }), 'deny'],
      ['from another policy', exception({ policy: 'q' }), 'deny'],
    ];
    for (const [what, args, verdict] of cases)
      assert.equal((await judge(rules, accepted, ...args)).verdict, verdict, what);
    assert.equal((await judge(rules, {}, ...exception({}))).verdict, 'deny', 'where none are accepted');
    assert.match(
      (await judge(rules, accepted, ...exception({}, 'team'))).stdout,
      /accepts no exceptions from namespace team/,
    );
  });

  test('policies are meant where they say, and as seriously as they say', async () => {
    const rules = { registries: { allow: ['other.example/**'] } };
    assert.equal((await judge(rules, { places: [{ gates: ['admission'] }] })).verdict, 'allow');
    assert.equal(
      (await judge(rules, { places: [{ namespaces: ['prod-*'] }] }, '--namespace', 'prod-a')).verdict,
      'deny',
    );
    assert.equal((await judge(rules, { modes: [{ mode: 'warn', place: { gates: ['check'] } }] })).verdict, 'warn');
    assert.equal((await judge(rules, { mode: 'audit' })).verdict, 'allow');
    assert.equal((await judge(rules, { images: { exclude: ['registry.example/**'] } })).verdict, 'allow');
  });

  test('a verdict that was written down is explained again, in another language', async () => {
    const { stdout } = await judge({ registries: { allow: ['other.example/**'] } });
    const file = join(newFolder('verdict'), 'verdict.json');
    writeFileSync(file, stdout);
    const explained = await bulla(['explain', 'verdict', file, '--lang', 'de']);
    assert.equal(explained.code, 0, explained.stderr);
    assert.match(explained.stdout, /ABGELEHNT.*\n.*registry-not-allowed.*\n.*sind hier nicht erlaubt/);
    writeFileSync(file, stdout.replaceAll('"deny"', '"allow"'));
    assert.equal((await bulla(['explain', 'verdict', file])).code, 2);
  });

  test('tests beside a policy, and a simulation before it is enforced', async () => {
    const folder = newFolder('tested');
    mkdirSync(join(folder, '.test'));
    copyFileSync(
      writePolicy({ registries: { allow: ['registry.example/**'] } }, { mode: 'audit' }),
      join(folder, 'policy.yaml'),
    );
    const pod = (name: string, image: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'app', image }] },
    });
    const items = [pod('good', 'registry.example/app:1'), pod('bad', 'nginx')];
    const dump = join(folder, '.test', 'cluster.json');
    writeFileSync(dump, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const tests = {
      apiVersion: 'policy.bulla/v1',
      kind: 'PolicyTest',
      metadata: { name: 't' },
      spec: {
        policies: ['../policy.yaml'],
        cases: [
          { name: 'our registry is fine', images: ['registry.example/app:1'], expect: 'allow' },
          {
            name: 'others are only written down',
            images: ['nginx'],
            expect: 'allow',
            reasons: ['registry-not-allowed'],
          },
        ],
      },
    };
    writeFileSync(join(folder, '.test', 'tests.yaml'), JSON.stringify(tests));
    const ran = await bulla(['policy', 'test', folder]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /2 tests, 0 failed/);
    const simulated = await bulla(['policy', 'simulate', '--policy', join(folder, 'policy.yaml'), dump]);
    assert.equal(simulated.code, 1, simulated.stderr);
    assert.match(simulated.stdout, /shop +Pod\/bad +registry-not-allowed[\s\S]*1 of 2 would be denied/);
  });

  test('a policy is explained to those who read no YAML, whatever language it is written in', async () => {
    const file = join(newFolder('explained'), 'policy.yaml');
    const keyless = { issuer: 'https://issuer.example', subject: 'https://s.example/*' };
    const verification = { imageReferences: ['r.example/*'], attestors: [{ entries: [{ keyless }] }] };
    const rule = { name: 'signed', match: { any: [{ resources: { kinds: ['Pod'] } }] }, verifyImages: [verification] };
    const spec = { validationFailureAction: 'Enforce', rules: [rule] };
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: 'kyverno.io/v1', kind: 'ClusterPolicy', metadata: { name: 'p' }, spec }),
    );
    const { code, stdout, stderr } = await bulla(['policy', 'explain', file, '--lang', 'de']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^p \(kyverno, .*\)\n  Sie betrifft Objekte der Art Pod\.\n  Durchgesetzt\.\n/);
    assert.match(stdout, /müssen signiert sein von Identität https:\/\/s\.example\/\*, Aussteller/);
  });

  test('what is not there is not passed', async () => {
    const { code, stderr } = await bulla(['check', 'no-such-file.yaml', '--offline']);
    assert.equal(code, 2);
    assert.match(stderr, /file-unreadable.*no-such-file\.yaml/);
    const empty = await bulla(['check', newFolder('empty'), '--offline']);
    assert.deepEqual([empty.code, empty.stdout], [3, 'nothing was there to check\n']);
  });

  test('a policy with a field that is not known is not loaded', async () => {
    const { code, stderr } = await bulla(['check', small(), '--policy', writePolicy({ pined: true })]);
    assert.equal(code, 2);
    assert.match(stderr, /policy-invalid.*spec\.rules: .*pined/);
  });
});
