import { generateKeyPairSync } from 'node:crypto';
import type { CliProcess } from '#cli/context.ts';
import { readSettings } from '#cli/settings.ts';
import { verifyList } from '#cli/verification/verify-list.ts';
import { mediaTypes } from '#image/manifest.ts';
import { fakeRegistry } from '#image/registry/fake-registry.ts';
import { registryStore } from '#image/registry/store.ts';
import { startServer, tinyImage } from '#image/registry/testing.ts';
import { createTransport } from '#image/registry/transport.ts';
import { localSigningKey } from '#signatures/keys/signing-key.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { signaturePredicate } from '#signatures/predicate-types.ts';
import { attach } from '#signatures/sign/attach.ts';
import { signatureStatement } from '#signatures/sign/payloads.ts';

/** What a list costs: requests to the registry, and how often what is beside the image was collected and judged. */
export interface ListCost {
  readonly requests: number;
  readonly verifications: number;
  readonly milliseconds: number;
}

/** Verifies a list with so many names of one signed image, each another tag of its repository, in a registry on this machine. */
export async function measureList(names: number): Promise<ListCost> {
  const ends: (() => unknown)[] = [];
  const fake = fakeRegistry({ hasReferrers: true });
  const { host, seen } = await startServer({ after: (end) => void ends.push(end) }, fake.reply);
  const transport = createTransport(host, { environment: {} });
  try {
    const { bytes, descriptor } = tinyImage().manifest;
    const tags = Array.from({ length: names }, (_, index) => `app:tag${index}`);
    for (const place of [...tags, `app@${descriptor.digest}`]) {
      fake.manifests.set(place, { type: mediaTypes.ociManifest, bytes });
    }
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = localSigningKey(privateKey, 'a key');
    const statement = signatureStatement(descriptor.digest, {});
    const content = { legacy: statement, bundle: statement, predicateType: signaturePredicate };
    await attach(descriptor, content, {
      repository: { transport, name: 'app' },
      store: registryStore(transport, { host, repository: 'app', digest: descriptor.digest }),
      identity: { sign: (data) => key.sign(data), material: { kind: 'key', hint: keyIdOf(publicKey) } },
      services: {},
      formats: ['bundle'],
      needsEntry: false,
      now: new Date(),
    });
    const before = seen.length;
    const start = performance.now();
    const io: CliProcess = {
      stdin: (async function* list() {
        yield Buffer.from(tags.map((tag) => `${host}/${tag}`).join('\n'));
      })(),
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
      env: {},
      arch: 'x64',
    };
    const demand = {
      verifier: { keys: [{ key: publicKey, name: 'a key' }], now: new Date() },
      identities: [],
      wanted: { kind: 'signature' },
    } as const;
    const options = { signers: 1, recursive: false, onePlatform: false };
    const code = await verifyList('-', demand, options, await readSettings(io, {}), io, false);
    if (code !== 0) throw new Error(`the list ended with ${code}`);
    const asked = seen.slice(before);
    return {
      requests: asked.length,
      verifications: asked.filter(({ url }) => url.includes('/referrers/')).length,
      milliseconds: performance.now() - start,
    };
  } finally {
    transport.close();
    for (const end of ends) await end();
  }
}
