import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { libraryPolicies, missingLibrary, realObjects } from '../../test/kyverno-library.ts';
import { missingPeers, peer } from '../../test/peers.ts';
import { median } from '../process.ts';

/**
 * Measures how long it takes to ask policies of Kyverno's own library about objects of public repositories: `bulla check`, and Kyverno's
 * command line in turns, as whole processes with a report in JSON.
 *
 *     npm run bench:policies [-- ROUNDS]
 */
const rounds = Number(process.argv[2] ?? 5);
const bulla = join(import.meta.dirname, '../../bulla');
const missing = missingLibrary ?? missingPeers('kyverno');
if (missing !== undefined) throw new Error(missing);

const folder = newFolder('policies');
const policies = libraryPolicies().filter(({ kind }) => kind === 'ClusterPolicy');
const objects = realObjects();
const file = write('objects.yaml', objects);
await compare('all', policies);
// Kyverno compiles expressions of CEL anew for each object.
await compare(
  'without CEL',
  policies.filter((one) => !JSON.stringify(one).includes('"cel"')),
);

async function compare(what: string, some: readonly JsonObject[]): Promise<void> {
  const written = write(`${what.replace(' ', '-')}.yaml`, some);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(seconds(bulla, ['check', file, '--policy', written, '--offline', '--json']));
    const report = ['--policy-report', '--output-format', 'json', '--continue-on-fail'];
    theirs.push(seconds(peer('kyverno'), ['apply', written, '--resource', file, ...report]));
  }
  const [own, other] = [median(ours), median(theirs)];
  const about = `${what}: ${some.length} policies, ${objects.length} objects`;
  console.log(
    `${about.padEnd(48)} ${own.toFixed(2)} s   Kyverno ${other.toFixed(2)} s   \u00d7 ${(own / other).toFixed(2)}`,
  );
}

function seconds(program: string, args: readonly string[]): number {
  const start = performance.now();
  // Both end with 1 where an object is refused.
  const { status } = spawnSync(program, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } });
  if (status !== 0 && status !== 1) throw new Error(`${program} ended with ${status}`);
  return (performance.now() - start) / 1000;
}

function write(name: string, documents: readonly JsonObject[]): string {
  const path = join(folder, name);
  writeFileSync(path, documents.map((one) => JSON.stringify(one)).join('\n---\n'));
  return path;
}
