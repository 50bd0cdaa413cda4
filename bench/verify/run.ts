import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier as PublicVerifier } from '@sigstore/verify';
import { artifactOfBytes } from '#signatures/artifact.ts';
import { createBox } from '#signatures/box/box.ts';
import { readBundle } from '#signatures/bundle/read-bundle.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { readTrustRoot } from '#signatures/trust/trust-root.ts';
import { verifySigned } from '#signatures/verify.ts';
import { measure } from '../process.ts';
import { measureList } from './list.ts';

/**
 * Measures the verification of a keyless signature with certificate, log entry and timestamp, offline: in a running process (warm)
 * and as a command (cold); and Sigstore's own verifier on the same bundle in turns, for the ratio. And what a list costs that names one
 * image several times.
 *
 *     npm run bench:verify [-- ROUNDS]
 */
const rounds = Number(process.argv[2] ?? 500);
const checkout = join(import.meta.dirname, '../..');
const artifact = Buffer.from('artifact');
const at = new Date('2025-06-01T12:00:00Z');
const box = createBox();
const value = 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';
const { bundle } = box.sign({ artifact, identity: { kind: 'uri', value }, issuer, at, log: 'v1', timestamp: true });
const text = JSON.stringify(bundle);
const root = JSON.stringify(box.trustedRoot);

const ours: number[] = [];
const theirs: number[] = [];
const trust = readTrustRoot(root, 'the box');
const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root)));
for (let round = 0; round < rounds; round++) {
  ours.push(time(verifyHere));
  theirs.push(time(verifyPublicly));
}
print('warm, p50', ours, 0.5, '');
print('warm, p99', ours, 0.99, '25 ms');
print('@sigstore/verify, p50', theirs, 0.5, '');
print('@sigstore/verify, p99', theirs, 0.99, '');
process.stdout.write(`${'warm p50, of @sigstore/verify'.padEnd(34)}× ${(at50(ours) / at50(theirs)).toFixed(2)}\n`);
print('cold, the whole command, p50', await coldTimes(), 0.5, '150 ms');
for (const names of [1, 8]) {
  const { verifications, requests, milliseconds } = await measureList(names);
  const what = `${names} ${names === 1 ? 'name' : 'names'} of one digest`;
  process.stdout.write(
    `${what.padEnd(34)}${String(verifications).padStart(6)} verification, ${requests} requests, ${milliseconds.toFixed(0)} ms   1\n`,
  );
}

function verifyHere(): void {
  const signed = readBundle(text);
  if (isRefusal(signed)) throw new Error(signed.message);
  const outcome = verifySigned(signed, { trust, keys: [], now: new Date() }, artifactOfBytes(artifact));
  if (isRefusal(outcome)) throw new Error(outcome.message);
}

function verifyPublicly(): void {
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(text)), artifact);
  new PublicVerifier(material).verify(entity, { subjectAlternativeName: value, extensions: { issuer } });
}

async function coldTimes(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bulla-bench-'));
  try {
    const path = (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const args = ['verify', '--offline', '--bundle', path('bundle', text), '--trusted-root', path('root', root)];
    const who = ['--identity', value, '--issuer', issuer, `file:${path('artifact', artifact)}`];
    const bulla = join(checkout, 'bulla');
    await measure(bulla, [...args, ...who]);
    const times: number[] = [];
    for (let round = 0; round < 20; round++) times.push((await measure(bulla, [...args, ...who])).seconds * 1000);
    return times;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds. */
function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function at50(times: readonly number[]): number {
  return quantile(times, 0.5);
}

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}

function print(what: string, times: readonly number[], share: number, budget: string): void {
  process.stdout.write(
    `${what.padEnd(34)}${quantile(times, share).toFixed(1).padStart(6)} ms   ${budget}`.trimEnd() + '\n',
  );
}
