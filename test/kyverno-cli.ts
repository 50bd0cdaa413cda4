import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { askAboutObject } from '#policy/languages/kyverno/test/ask.ts';
import { loadPolicies } from '#policy/load.ts';
import { newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { bulla, command } from './bulla.ts';
import { peer } from './peers.ts';

/** What a rule says of an object; what says nothing is skipped. */
export type Said = 'passed' | 'refused' | 'skipped';

/** What is said, by policy, rule and object. A policy with expressions says one thing as a whole. */
export type Verdicts = ReadonlyMap<string, Said>;

const surroundings = surroundingsOf(newImageWorld());
const nobody = { username: '', groups: [] };

/** What the command line of Kyverno says: all policies of all objects, in one run. @param options more of it */
export async function verdictsOfKyverno(
  policies: readonly JsonObject[],
  objects: readonly JsonObject[],
  options: readonly string[] = [],
): Promise<Verdicts> {
  const report = ['--policy-report', '--output-format', 'json', '--continue-on-fail', ...options];
  const { stdout } = await apply(policies, objects, report);
  const verdicts = new Map<string, Said>();
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  for (const result of lines.flatMap((line) => asList(asObject(parseJson(line))?.['results']).map(fieldsOf))) {
    const { policy, rule, result: said } = result;
    for (const { kind, namespace, name } of asList(result['resources']).map(fieldsOf)) {
      const key = keyOf(asText(policy) ?? '', asText(rule) ?? '', { kind, metadata: { namespace, name } });
      add(verdicts, key, said === 'pass' ? 'passed' : said === 'skip' ? 'skipped' : 'refused');
    }
  }
  return verdicts;
}

/** What we say of the same. */
export async function ownVerdicts(policies: readonly JsonObject[], objects: readonly JsonObject[]): Promise<Verdicts> {
  const verdicts = new Map<string, Said>();
  for (const policy of await loadPolicies(policies.map((body) => ({ origin: 'policy', body })))) {
    for (const object of objects) {
      for (const { rule, outcome } of await policy.decide(askAboutObject(object, 'CREATE', nobody), surroundings)) {
        const key = keyOf(policy.name, policy.language === 'kyverno' ? rule : '', object);
        add(verdicts, key, outcome === 'passed' || outcome === 'skipped' ? outcome : 'refused');
      }
    }
  }
  return verdicts;
}

/** What `bulla check` says of the same as at admission, with the registries that there are. */
export async function verdictsOfCheck(
  policies: readonly JsonObject[],
  objects: readonly JsonObject[],
): Promise<Verdicts> {
  const folder = newFolder('check');
  const files = ['--policy', write(folder, 'policies.yaml', policies), write(folder, 'objects.yaml', objects)];
  const { stdout, stderr } = await bulla(['check', ...files, '--gate', 'admission', '--json']);
  const checks = asList(asObject(parseJson(stdout))?.['checks']).map(fieldsOf);
  assert.equal(checks.length, objects.length, stderr);
  const verdicts = new Map<string, Said>();
  for (const [at, { outcomes }] of checks.entries()) {
    for (const { policy, rule, outcome } of asList(outcomes).map(fieldsOf)) {
      const said = outcome === 'passed' || outcome === 'skipped' ? outcome : 'refused';
      add(verdicts, keyOf(asText(policy) ?? '', asText(rule) ?? '', objects[at] ?? {}), said);
    }
  }
  return verdicts;
}

/** What Kyverno's command line makes of objects, and we. */
export async function changedObjects(
  policies: readonly JsonObject[],
  objects: readonly JsonObject[],
): Promise<{ readonly theirs: readonly JsonObject[]; readonly ours: readonly JsonObject[] }> {
  const file = join(newFolder('changed'), 'changed.yaml');
  writeFileSync(file, '');
  await apply(policies, objects, ['--output', file]);
  const loaded = await loadPolicies(policies.map((body) => ({ origin: 'policy', body })));
  const ours: JsonObject[] = [];
  for (const object of objects) {
    let changed = object;
    for (const policy of loaded) {
      const question = askAboutObject(changed, 'CREATE', nobody);
      changed = (await policy.change?.(question, surroundings)) ?? changed;
    }
    ours.push(changed);
  }
  // Each is written after each policy.
  const written = readDocuments(readFileSync(file, 'utf8'), file).map(({ body }) => body);
  const theirs = objects.map((one) => written.findLast((other) => keyOf('', '', other) === keyOf('', '', one)) ?? one);
  return { theirs, ours };
}

/** Where both differ, as text; skipped and not there are the same. */
export function differences(theirs: Verdicts, ours: Verdicts): readonly string[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) => {
    const [one, other] = [theirs.get(key) ?? 'skipped', ours.get(key) ?? 'skipped'];
    return one === other ? [] : [`${key}: ${one} there, ${other} here`];
  });
}

async function apply(policies: readonly JsonObject[], objects: readonly JsonObject[], args: readonly string[]) {
  const folder = newFolder('kyverno');
  const files = [write(folder, 'policies.yaml', policies), '--resource', write(folder, 'objects.yaml', objects)];
  // It ends with a failure whenever an object is refused.
  return command(peer('kyverno'), ['apply', ...files, ...args], { cwd: folder, env: { HOME: folder } });
}

function write(folder: string, name: string, documents: readonly JsonObject[]): string {
  const file = join(folder, name);
  writeFileSync(file, documents.map((one) => JSON.stringify(one)).join('\n---\n'));
  return file;
}

function keyOf(policy: string, rule: string, object: JsonObject): string {
  const { namespace, name } = fieldsOf(object['metadata']);
  return [policy, rule, object['kind'], namespace, name].map(String).join(' ');
}

const weight: readonly Said[] = ['skipped', 'passed', 'refused'];

function add(verdicts: Map<string, Said>, key: string, said: Said): void {
  const before = verdicts.get(key) ?? 'skipped';
  verdicts.set(key, weight.indexOf(said) > weight.indexOf(before) ? said : before);
}

function fieldsOf(value: unknown): JsonObject {
  return asObject(value) ?? {};
}
