import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#image/manifest.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingPrograms, succeed } from './bulla.ts';
import { registryKinds } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { ask, copyAlone, done, newKeys, pushIndex, pushNewImage } from './vouching.ts';

const noSkopeo = await missingPrograms('skopeo');

for (const { name: kind, missing, listsReferrers, start } of registryKinds) {
  describe(`who vouches for an image in ${kind}`, { skip: noSkopeo ?? missing ?? false }, () => {
    const keys = newKeys();
    const others = newKeys();
    let host = '';
    let stop: (() => void) | undefined;
    let count = 0;

    before(async () => {
      ({ host, stop } = await start());
    });
    after(() => stop?.());

    const newImage = () => pushNewImage(host);

    test('what is signed with a key is verified with it, in both formats, and with no other', async () => {
      const { tagged } = await newImage();
      await done('sign', tagged, '--key', keys.key);
      assert.deepEqual(await ask(tagged, '--key', keys.publicKey), {
        verified: true,
        codes: [],
        accepted: ['cosign-signature', 'sigstore-bundle'],
      });
      const answer = await ask(tagged, '--key', others.publicKey);
      assert.deepEqual(answer.codes, ['signature-invalid', 'signature-invalid']);
    });

    test('what refers to an image is listed by the registry, or else below a tag', async () => {
      const { tagged, name, pinned, digestTag } = await newImage();
      await done('sign', tagged, '--key', keys.key, '--formats', 'bundle');
      const [, digest = ''] = pinned.split('@');
      const base = `http://${host}/v2/${name.slice(host.length + 1)}`;
      const listed = await fetch(`${base}/referrers/${digest}`);
      const headers = { accept: mediaTypes.ociIndex };
      const below = await fetch(`${base}/manifests/${digestTag}`, { headers });
      assert.deepEqual([listed.ok, below.ok], [listsReferrers, !listsReferrers]);
      assert.match(await (listsReferrers ? listed : below).text(), /sigstore\.bundle/);
    });

    test('an image that nobody signed is refused', async () => {
      const { tagged } = await newImage();
      assert.deepEqual(await ask(tagged, '--key', keys.publicKey), {
        verified: false,
        codes: ['format-missing'],
        accepted: [],
      });
      const { stdout } = await bulla(['verify', tagged, '--key', keys.publicKey]);
      assert.match(stdout, /REFUSED: nothing was found that vouches for it/);
    });

    test('a tag that was moved to another image is refused', async () => {
      const signed = await newImage();
      await done('sign', signed.tagged, '--key', keys.key);
      const other = await newImage();
      await copyAlone(other.tagged, signed.tagged);
      assert.deepEqual((await ask(signed.tagged, '--key', keys.publicKey)).codes, ['format-missing']);
      assert.ok((await ask(signed.pinned, '--key', keys.publicKey)).verified);
    });

    test('the signature of one image, put beside another, is refused', async () => {
      const signed = await newImage();
      const other = await newImage();
      await done('sign', signed.tagged, '--key', keys.key, '--formats', 'legacy');
      await copyAlone(`${signed.name}:${signed.digestTag}.sig`, `${other.name}:${other.digestTag}.sig`);
      assert.deepEqual((await ask(other.tagged, '--key', keys.publicKey)).codes, ['subject-mismatch']);
    });

    test('an attestation is no signature, and a signature is no attestation', async () => {
      const { tagged } = await newImage();
      const sbom = join(newFolder('sbom'), 'sbom.json');
      await bulla(['sbom', tagged, '--output', sbom]);
      await done('attest', tagged, '--type', 'sbom', '--predicate', sbom, '--key', keys.key);
      assert.deepEqual((await ask(tagged, '--key', keys.publicKey)).codes, ['claim-type', 'claim-type']);
      assert.deepEqual((await ask(tagged, '--key', keys.publicKey, '--type', 'cyclonedx')).accepted, [
        'cosign-attestation',
        'sigstore-bundle',
      ]);
      assert.deepEqual((await ask(tagged, '--key', keys.publicKey, '--type', 'slsa')).codes, [
        'predicate-type',
        'predicate-type',
      ]);

      const signed = await newImage();
      await done('sign', signed.tagged, '--key', keys.key);
      assert.deepEqual((await ask(signed.tagged, '--key', keys.publicKey, '--type', 'any')).codes, [
        'claim-type',
        'claim-type',
      ]);
    });

    test('the same signature is not added twice, and another signer is added beside it', async () => {
      const { tagged } = await newImage();
      await done('sign', tagged, '--key', keys.key);
      assert.match(await done('sign', tagged, '--key', keys.key), /was there already\n.*was there already/s);
      assert.deepEqual(problemsOf(await done('sign', tagged, '--key', keys.key, '--json'), 'signing'), []);
      assert.equal((await ask(tagged, '--key', keys.publicKey)).accepted.length, 2);
      await done('sign', tagged, '--key', others.key);
      assert.equal((await ask(tagged, '--key', keys.publicKey, '--signers', '2')).verified, false);
      assert.ok((await ask(tagged, '--key', keys.publicKey, '--key', others.publicKey, '--signers', '2')).verified);
    });

    test('eight who sign at once lose nothing', async () => {
      const { tagged } = await newImage();
      const signers = Array.from({ length: 8 }, newKeys);
      await Promise.all(signers.map(({ key }) => done('sign', tagged, '--key', key)));
      const all = signers.flatMap(({ publicKey }) => ['--key', publicKey]);
      const { verified, accepted } = await ask(tagged, ...all, '--signers', '8');
      assert.ok(verified, `${accepted.length} of 16 are there`);
      assert.equal(accepted.length, 16);
    });

    test('an index is signed as a whole, and with --recursive each of its images', async () => {
      const tagged = await pushIndex(`${host}/team/index${++count}`);
      await done('sign', tagged, '--key', keys.key, '--formats', 'bundle');
      const whole = await bulla(['verify', tagged, '--key', keys.publicKey]);
      assert.match(whole.stdout, /\(an index, with all of its images\)/);
      assert.equal((await ask(tagged, '--key', keys.publicKey, '--recursive')).verified, false);
      await done('sign', tagged, '--key', keys.key, '--formats', 'bundle', '--recursive');
      assert.ok((await ask(tagged, '--key', keys.publicKey, '--recursive')).verified);
    });

    test('with --platform only the image of one platform is signed, and verified', async () => {
      const tagged = await pushIndex(`${host}/team/index${++count}`);
      const platform = ['--platform', 'linux/s390x'];
      await done('sign', tagged, '--key', keys.key, '--formats', 'bundle', ...platform);
      const predicate = join(newFolder('platform'), 'predicate.json');
      writeFileSync(predicate, '{}');
      const type = ['--type', 'https://example.com/predicate'];
      await done('attest', tagged, '--key', keys.key, '--predicate', predicate, ...type, ...platform);
      assert.ok((await ask(tagged, '--key', keys.publicKey, ...platform)).verified);
      assert.ok((await ask(tagged, '--key', keys.publicKey, ...platform, ...type)).verified);
      for (const asked of [[], ['--platform', 'linux/mips64le'], type]) {
        const { verified, codes } = await ask(tagged, '--key', keys.publicKey, ...asked);
        assert.deepEqual([verified, codes], [false, ['format-missing']]);
      }
      for (const verb of ['sign', 'verify']) {
        const { code, stderr } = await bulla([verb, tagged, '--key', keys.publicKey, '--recursive', ...platform]);
        assert.equal(code, 2);
        assert.match(stderr, /error\[(?:usage|key-invalid)\]/);
      }
    });

    test('an image is signed in the registry to which it was copied with its signatures', async () => {
      const { tagged, name, digestTag } = await newImage();
      await done('sign', tagged, '--key', keys.key, '--formats', 'legacy');
      const copy = `${host}/mirror/app${++count}`;
      for (const each of ['1', `${digestTag}.sig`]) {
        await copyAlone(`${name}:${each}`, `${copy}:${each}`);
      }
      assert.ok((await ask(`${copy}:1`, '--key', keys.publicKey)).verified);
    });

    test('a list is verified to its end, a line each', async () => {
      const signed = await newImage();
      const unsigned = await newImage();
      await done('sign', signed.tagged, '--key', keys.key);
      const list = [signed.tagged, unsigned.tagged, `${host}/team/nothing:1`, '# a comment', ''].join('\n');
      const { code, stdout } = await bulla(['verify', '--from', '-', '--key', keys.publicKey], { input: list });
      assert.equal(code, 1);
      const lines = stdout.trim().split('\n').toSorted();
      assert.equal(lines.length, 3);
      assert.match(lines.join('\n'), /^FAIL {2}.*registry-not-found.*$/m);
      assert.match(lines.join('\n'), /^FAIL {2}.*format-missing$/m);
      assert.match(lines.join('\n'), /^OK {4}.*sha256:/m);
    });

    test('the text says who, and what to do about what is refused', async () => {
      const { tagged } = await newImage();
      await done('sign', tagged, '--key', keys.key, '--formats', 'bundle');
      const accepted = await bulla(['verify', tagged, '--key', keys.publicKey]);
      assert.match(accepted.stdout, /accepted {2}sigstore-bundle.*\n {2}signed by +the key .*\n\nVERIFIED: 1 of 1/s);
      const refused = await bulla(['verify', tagged, '--key', others.publicKey]);
      assert.match(refused.stdout, /refused .*\[signature-invalid\]\n {2}try .*\n\nREFUSED: 0 of 1/s);
      assert.equal(refused.code, 1);
    });

    test('nobody is believed who was not named', async () => {
      const { tagged } = await newImage();
      const { code, stderr } = await bulla(['verify', tagged]);
      assert.equal(code, 2);
      assert.match(stderr, /error\[usage\].*\n.*--key FILE/);
    });
  });
}

describe('who vouches for a file', () => {
  const keys = newKeys();
  const folder = newFolder('file');
  const file = join(folder, 'release.tar');

  test('a file is signed into a bundle, and verified with it and from its digest', async () => {
    writeFileSync(file, 'a release');
    await done('sign', `file:${file}`, '--key', keys.key, '--offline');
    const args = ['--offline', '--bundle', `${file}.sigstore.json`, '--key', keys.publicKey];
    assert.ok((await ask(...args, `file:${file}`)).verified);
    const { stdout } = await succeed('sha256sum', [file]);
    assert.ok((await ask(...args, `sha256:${stdout.slice(0, 64)}`)).verified);
  });

  test('its bundle is looked for beside it, and never in a registry', async () => {
    assert.ok((await ask(`file:${file}`, '--key', keys.publicKey)).verified);
    for (const [source, problem] of [
      [`file:${join(folder, 'unsigned')}`, /error\[file-unreadable\]/],
      [`sha256:${'0'.repeat(64)}`, /error\[usage\].*\n.*--bundle FILE/],
    ] as const) {
      const { code, stderr } = await bulla(['verify', source, '--key', keys.publicKey]);
      assert.equal(code, 2);
      assert.match(stderr, problem);
    }
  });

  test('with --offline nothing is signed in a registry, nor published', async () => {
    const predicate = join(folder, 'predicate.json');
    writeFileSync(predicate, '{}');
    for (const words of [
      ['sign', '127.0.0.1:9/app:1', '--key', keys.key],
      ['attest', '127.0.0.1:9/app:1', '--key', keys.key, '--type', 'custom', '--predicate', predicate],
      ['sign', '--flush', '127.0.0.1:9/app:1'],
    ]) {
      const { code, stderr } = await bulla([...words, '--offline']);
      assert.equal(code, 2);
      assert.match(stderr, /error\[offline\]/);
    }
  });

  test('what cannot be asked or said is told before anything is fetched', async () => {
    const image = '127.0.0.1:9/app:1';
    for (const words of [
      ['--rekor', 'rekor.example'],
      ['--fulcio', 'file:///etc/passwd'],
      ['--timestamp', ''],
      ['--annotation', 'nothing'],
    ]) {
      const { code, stderr } = await bulla(['sign', image, '--key', keys.key, ...words]);
      assert.equal(code, 2);
      assert.match(stderr, /error\[usage\]/, words.join(' '));
    }
    const predicate = join(folder, 'no-sbom.json');
    writeFileSync(predicate, '{}');
    const { stderr } = await bulla(['attest', image, '--key', keys.key, '--type', 'spdx', '--predicate', predicate]);
    assert.match(stderr, /error\[predicate-invalid\].*\n {2}at {3}.*no-sbom\.json/);
  });

  test('what is in no registry is not signed there', async () => {
    const predicate = join(folder, 'predicate.json');
    writeFileSync(predicate, '{}');
    const attest = ['attest', '--key', keys.key, '--type', 'custom', '--predicate', predicate];
    for (const words of [
      [...attest, `file:${file}`],
      [...attest, `oci:${folder}:1`],
      ['sign', '--key', keys.key, `oci:${folder}:1`],
      ['sign', '--key', keys.key, `dir:${folder}`],
    ]) {
      const { code, stderr } = await bulla(words);
      assert.equal(code, 2);
      assert.match(stderr, /error\[usage\]: .* is not in a registry/);
    }
  });

  test('a file that was changed is refused', async () => {
    writeFileSync(file, 'another release');
    const { codes } = await ask('--bundle', `${file}.sigstore.json`, '--key', keys.publicKey, `file:${file}`);
    assert.deepEqual(codes, ['subject-mismatch']);
  });

  test('a key that is none verifies nothing', async () => {
    for (const key of [file, keys.key]) {
      const { verified, codes } = await ask('--bundle', `${file}.sigstore.json`, '--key', key, `file:${file}`);
      assert.deepEqual([verified, codes], [false, ['key-invalid']]);
    }
  });
});
