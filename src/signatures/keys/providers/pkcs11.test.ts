import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { verify } from 'node:crypto';
import { newFolder } from '#kit/testing.ts';
import { loadSigningKey, loadVerificationKey } from '#signatures/keys/load-key.ts';
import { fakeProgram } from '#signatures/keys/testing.ts';

const content = Buffer.from('what is signed');
const folder = newFolder();
const twice = ['06', '07'].map((id) => [id, 'EC:prime256v1', 'twice']);

describe('a key of SoftHSM', { skip: softHsm() === undefined && 'softhsm2 and opensc are not installed' }, () => {
  const module = softHsm() ?? '';
  const environment = { PATH: process.env['PATH'] ?? '', SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  const withPin = { ...environment, COSIGN_PKCS11_MODULE_PATH: module, COSIGN_PKCS11_PIN: '1234' };
  const run = (program: string, ...words: readonly string[]) =>
    execFileSync(program, words, { env: { ...environment, PIN: '1234' }, stdio: 'pipe' });
  const kinds = [
    ['01', 'EC:prime256v1', 'sha256'],
    ['03', 'EC:secp521r1', 'sha512'],
    ['04', 'rsa:2048', 'sha256'],
    ['05', 'EC:edwards25519', null],
  ] as const;
  const labels = [...kinds.map(([id, type]) => [id, type, `-key ${id}`]), ...twice];

  if (module !== '') {
    mkdirSync(join(folder, 'tokens'));
    writeFileSync(environment.SOFTHSM2_CONF, `directories.tokendir = ${join(folder, 'tokens')}\n`);
    run('softhsm2-util', '--init-token', '--free', '--label', 'my token', '--pin', '1234', '--so-pin', '5678');
    for (const [id = '', type = '', label = ''] of labels) {
      const made = ['--keypairgen', '--key-type', type, '--id', id, '--label', label];
      run('pkcs11-tool', '--module', module, '--token-label', 'my token', '--pin', 'env:PIN', ...made);
    }
  }

  for (const [id, type, hash] of kinds) {
    test(`of ${type} signs, also if it is named by its label only`, async () => {
      const key = await loadSigningKey(`pkcs11:token=my%20token;object=-key%20${id}`, { environment: withPin });
      assert.ok(verify(hash, content, key.publicKey, await key.sign(content)));
    });

    test(`of ${type} signs, and its public key is read without a PIN`, async () => {
      const reference = `pkcs11:token=my%20token;object=-key%20${id};id=%${id}`;
      const key = await loadSigningKey(reference, { environment: withPin });
      assert.ok(verify(hash, content, key.publicKey, await key.sign(content)));
      const { key: publicKey, name } = await loadVerificationKey(`${reference}?module-path=${module}`, { environment });
      assert.ok(publicKey.equals(key.publicKey));
      assert.equal(name, reference);
    });
  }

  test('without a public key it is that of the certificate', async (t) => {
    const [pem, der, certificate] = ['c.pem', 'c.der', 'c.crt'].map((name) => join(folder, name));
    if (pem === undefined || der === undefined || certificate === undefined) throw new Error('three files');
    if (!isInstalled('openssl')) return t.skip('openssl is not installed');
    const request = ['-subj', '/CN=a', '-days', '2', '-outform', 'DER', '-out', certificate];
    run(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:secp384r1',
      '-nodes',
      '-keyout',
      pem,
      ...request,
    );
    run('openssl', 'pkey', '-in', pem, '-outform', 'DER', '-out', der);
    for (const [type, file] of [
      ['privkey', der],
      ['cert', certificate],
    ] as const) {
      const written = ['--write-object', file, '--type', type, '--id', '0c', '--label', 'certified'];
      run('pkcs11-tool', '--module', module, '--token-label', 'my token', '--pin', 'env:PIN', ...written);
    }
    const key = await loadSigningKey('pkcs11:token=my%20token;object=certified', { environment: withPin });
    assert.ok(verify('sha384', content, key.publicKey, await key.sign(content)));
  });

  test('a person is asked for the PIN, once', async () => {
    const questions: string[] = [];
    const askPassword = (question: string) => Promise.resolve(questions.push(question)).then(() => '1234');
    const surroundings = { environment: { ...withPin, COSIGN_PKCS11_PIN: undefined }, askPassword };
    const key = await loadSigningKey('pkcs11:token=my%20token;id=%01?pin-value=', surroundings);
    await key.sign(content);
    await key.sign(content);
    assert.deepEqual(questions, ['PIN of pkcs11:token=my%20token;id=%01: ']);
  });

  for (const [what, reference, changes, code] of [
    ['a wrong PIN', 'token=my%20token;id=%01', { COSIGN_PKCS11_PIN: '4711' }, 'key-password-wrong'],
    ['a wrong PIN in the URI', 'token=my%20token;id=%01?pin-value=4711', {}, 'key-password-wrong'],
    ['no PIN', 'token=my%20token;id=%01', { COSIGN_PKCS11_PIN: undefined }, 'key-password-missing'],
    ['another token', 'token=none;id=%01', {}, 'key-not-found'],
    ['another key', 'token=my%20token;object=none', {}, 'key-not-found'],
    ['a label of two keys', 'token=my%20token;object=twice', {}, 'key-not-found'],
    ['another library', 'token=my%20token;id=%01', { COSIGN_PKCS11_MODULE_PATH: '/none.so' }, 'key-not-found'],
  ] as const) {
    test(`${what} is ${code}, and the PIN is not told`, async () => {
      const attempt = async () =>
        (await loadSigningKey(`pkcs11:${reference}`, { environment: { ...withPin, ...changes } })).sign(content);
      await assert.rejects(attempt, { code, message: /^(?!.*(?:4711|1234))/ });
    });
  }
});

test('the PIN is no argument, and a wrong one is tried once', async () => {
  const own = newFolder();
  const log = join(own, 'log');
  const tool = `
    const words = process.argv.slice(2);
    require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify([words, process.env.BULLA_PKCS11_PIN]) + '\\n');
    console.error(words.some((word) => word.startsWith('--pin')) ? 'error: C_Login failed: CKR_PIN_INCORRECT' : 'error: object not found');
    process.exit(1);`;
  const environment = { ...fakeProgram(own, 'pkcs11-tool', tool), COSIGN_PKCS11_PIN: 'geheim' };
  const attempt = loadSigningKey('pkcs11:token=a;object=b?module-path=/a.so', { environment });
  await assert.rejects(attempt, { code: 'key-password-wrong' });
  const runs = execFileSync('cat', [log]).toString().trim().split('\n');
  assert.equal(runs.filter((line) => line.includes('geheim')).length, 1);
  assert.ok(runs.every((line) => !line.split('],')[0]?.includes('geheim')));
  assert.ok(runs.at(-1)?.includes('"--pin=env:BULLA_PKCS11_PIN"'));
});

for (const [what, reference, environment, code] of [
  ['no library', 'pkcs11:token=a;object=b', {}, 'key-not-found'],
  ['a library that is no path', 'pkcs11:token=a;object=b?module-path=a.so', {}, 'key-not-found'],
  ['no pkcs11-tool', 'pkcs11:token=a;object=b?module-path=/a.so', { PATH: newFolder() }, 'service-failed'],
] as const) {
  test(`${what} is ${code}`, () => assert.rejects(loadVerificationKey(reference, { environment }), { code }));
}

/** Its library, if it and what reaches it are installed. */
function softHsm(): string | undefined {
  if (!isInstalled('pkcs11-tool') || !isInstalled('softhsm2-util')) return undefined;
  return ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'].find((path) => existsSync(path));
}

function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, name)));
}
