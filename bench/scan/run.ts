import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes, formatCount } from '#kit/amounts.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { realData } from '#kit/testing.ts';
import { measure, median, type Cost } from '../process.ts';
import { measureLimit } from './limit.ts';
import { measureLookups } from './lookups.ts';

/**
 * Measures a scan against its limits and against Syft, if that is on the PATH, and prints the ratios beside the budgets of
 * docs/architecture.md. Everything that is compared is measured in turns within this one run, because machines are noisy.
 *
 *     npm run bench [-- ROUNDS]
 */
const rounds = Number(process.argv[2] ?? 7);
const checkout = join(import.meta.dirname, '../..');
const bulla = join(checkout, 'bulla');
const images = process.env['BULLA_TEST_IMAGES'] ?? join(process.env['HOME'] ?? '', '.cache/bulla-test-images');
const work = mkdtempSync(join(tmpdir(), 'bulla-bench-'));
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
const database = join(work, 'database');
const cache = join(work, 'cache');
const noUpdates = { SYFT_CHECK_FOR_APP_UPDATE: 'false' };
const hasSyft = spawnSync('syft', ['version'], { stdio: 'ignore' }).status === 0;
const env = { BULLA_DATABASE: database, BULLA_CACHE: cache, BULLA_OFFLINE: '1' };

await measure(bulla, ['--version']);
print('', `median of ${rounds}`, 'measured', 'budget');
await benchImport();
await benchStart();
await benchLookups();
for (const [folder, tag] of [
  ['debian-minbase', 'bookworm'],
  ['app-full', '1.0'],
  ['distroless-go', '1.0'],
] as const) {
  await benchImage(folder, tag);
}
await benchKnownBase();

async function benchImport(): Promise<void> {
  const from = [join(realData, 'derived/osv'), realData].flatMap((folder) => ['--from', folder]);
  const cost = await measure(bulla, ['db', 'update', ...from], env);
  const status = execFileSync(bulla, ['db', 'status', '--json'], { env: { ...process.env, ...env }, encoding: 'utf8' });
  const records = asList(asObject(parseJson(status))?.['snapshots']).reduce<number>(
    (sum, one) => sum + Number(asObject(one)?.['records'] ?? 0),
    0,
  );
  print('feed import', `${formatCount(records)} records`, seconds(cost.seconds), '300,000 in 60 s');
  print('', 'records a second', formatCount(Math.round(records / cost.seconds)), '5,000');
  print('', 'peak memory', formatBytes(cost.peak), '512 MiB');
  const again = await measure(bulla, ['db', 'update', ...from], env);
  print('', 'again, nothing new: of the first', ratio(again.seconds / cost.seconds), '');
}

async function benchStart(): Promise<void> {
  const node = process.execPath;
  const ours: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push((await measure(bulla, ['--version'])).seconds);
    empty.push((await measure(node, ['-e', '0'])).seconds);
  }
  print('start-up', 'bulla --version', seconds(median(ours)), '80 ms');
  print('', 'of an empty Node.js', ratio(median(ours) / median(empty)), '');
}

async function benchLookups(): Promise<void> {
  const run = spawnSync(bulla, ['scan', source('app-full', '1.0'), '--json'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const packages = asList(asObject(parseJson(run.stdout))?.['packages']);
  const purls = packages.map((pkg) => asText(asObject(pkg)?.['purl']) ?? '').join('\n');
  print('matching', 'look-ups a second', formatCount(Math.round(await measureLookups(database, purls))), '100,000');
}

async function benchImage(folder: string, tag: string): Promise<void> {
  const layers = layersOf(join(images, folder), tag);
  const alone = withoutOthers(join(images, folder), tag);
  const limit: number[] = [];
  const cold: Cost[] = [];
  const warm: Cost[] = [];
  const syft: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    limit.push(await measureLimit(layers));
    rmSync(cache, { recursive: true, force: true });
    cold.push(await measure(bulla, ['scan', source(folder, tag)], env));
    warm.push(await measure(bulla, ['scan', source(folder, tag)], env));
    if (hasSyft) syft.push(await measure('syft', [`oci-dir:${alone}`, '-q', '-o', 'json'], noUpdates));
  }
  const time = (costs: readonly Cost[]) => median(costs.map((cost) => cost.seconds));
  const peak = (costs: readonly Cost[]) => Math.max(...costs.map((cost) => cost.peak));
  const stored = layers.reduce((sum, path) => sum + statSync(path).size, 0);
  print(`${folder}:${tag}`, `limit, for ${formatBytes(stored)} stored`, seconds(median(limit)), '');
  print('', 'first scan', seconds(time(cold)), '');
  print('', 'first scan, of the limit', ratio(time(cold) / median(limit)), '1.25');
  print('', 'second scan', seconds(time(warm)), '150 ms');
  print('', 'peak memory', formatBytes(peak(cold)), '256 MiB');
  if (!hasSyft) return print('', 'Syft', 'not on the PATH', '');
  print('', 'Syft', seconds(time(syft)), '');
  print('', 'first scan, of Syft', ratio(time(cold) / time(syft)), '1.00');
  print('', 'peak memory, of Syft', ratio(peak(cold) / peak(syft)), '');
}

/** The application's image is built upon the other, which is scanned before. */
async function benchKnownBase(): Promise<void> {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rmSync(cache, { recursive: true, force: true });
    unknown.push((await measure(bulla, ['scan', source('app-full', '1.0')], env)).seconds);
    rmSync(cache, { recursive: true, force: true });
    await measure(bulla, ['scan', source('debian-minbase', 'bookworm')], env);
    known.push((await measure(bulla, ['scan', source('app-full', '1.0')], env)).seconds);
  }
  print('known base', 'first scan, of the same without it', ratio(median(known) / median(unknown)), '');
}

function source(folder: string, tag: string): string {
  return `oci:${join(images, folder)}:${tag}`;
}

function entryOf(layout: string, tag: string): JsonObject {
  const index = asList(asObject(parseJson(readFileSync(join(layout, 'index.json'), 'utf8')))?.['manifests']);
  const entry = index
    .map((one) => asObject(one))
    .find((one) => asObject(one?.['annotations'])?.['org.opencontainers.image.ref.name'] === tag);
  if (entry === undefined) throw new Error(`${layout} has no ${tag}`);
  return entry;
}

/** The same layout with one image only, because Syft cannot choose among several. */
function withoutOthers(layout: string, tag: string): string {
  const alone = mkdtempSync(join(work, 'layout-'));
  symlinkSync(join(layout, 'blobs'), join(alone, 'blobs'));
  writeFileSync(join(alone, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(alone, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entryOf(layout, tag)] }));
  return alone;
}

function layersOf(layout: string, tag: string): string[] {
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
  const manifest = asObject(parseJson(readFileSync(blob(asText(entryOf(layout, tag)['digest']) ?? ''), 'utf8')));
  const layers = asList(manifest?.['layers']).map((layer) => asObject(layer) ?? {});
  // The largest first, so that the cores end together.
  const bySize = layers.toSorted((a, b) => Number(b['size']) - Number(a['size']));
  return bySize.map((layer) => blob(asText(layer['digest']) ?? ''));
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

function ratio(value: number): string {
  return `× ${value.toFixed(2)}`;
}

function print(subject: string, what: string, value: string, budget: string): void {
  process.stdout.write(`${subject.padEnd(24)}${what.padEnd(38)}${value.padStart(16)}   ${budget}`.trimEnd() + '\n');
}
