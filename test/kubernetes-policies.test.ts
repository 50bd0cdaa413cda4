import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { facts } from '#policy/cel/libraries/testing.ts';
import {
  binding,
  cases,
  group,
  pods,
  policy,
  type Case,
} from '#policy/languages/validating-admission-policy/testing.ts';
import { missingCluster, startCluster, until, type Cluster } from './cluster.ts';

/** Libraries that Kyverno adds, and not the API server. */
const ofOthers: readonly string[] = ['base64', 'math', 'jsonpatch'];

describe('a real API server decides as we do', { skip: missingCluster ?? false }, () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster();
    await create(list([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }, ...keeper]));
  });

  afterEach(() => remove());
  after(() => cluster.stop());

  test('what the libraries of expressions say holds there, too', async () => {
    const sources = Object.entries(facts).flatMap(([name, some]) => (ofOthers.includes(name) ? [] : some));
    const validations = sources.map((expression) => ({ expression }));
    const spec = {
      matchConstraints: { resourceRules: [configMaps] },
      validations: [...validations, { expression: 'false', message: 'all hold' }],
    };
    await create(list([policy(spec), binding()]));
    await until(async () => (await asked(configMap('c'))).isDenied);
    assert.match((await asked(configMap('c'))).message, /all hold/, 'the first that does not hold is told');
  });

  for (const [at, one] of cases.entries()) {
    // What is asked there is always that a pod is made.
    if (one.request !== undefined) continue;
    test(`ValidatingAdmissionPolicy: ${one.what}`, async () => {
      await setUp(one, at);
      const { isDenied, message } = await asked(pod('p', one.image ?? 'nginx:1'));
      assert.equal(isDenied, one.wanted === 'deny' || one.wanted === 'unknown', message);
    });
  }

  /** Makes a policy with all that belongs to it, and waits until the API server has taken notice. */
  async function setUp({ spec = {}, bindings = [binding()], objects = [] }: Case, at: number): Promise<void> {
    const labels = objects.find(({ kind }) => kind === 'Namespace')?.['metadata'];
    await cluster.kubectl(['label', 'namespace', 'team', labels === undefined ? 'env-' : 'env=prod', '--overwrite']);
    // An API server may judge a policy of a name that it has known by what that was.
    const name = `images-${at}`;
    const bound = bindings.map((one, index) => renamed(one, `b${at}-${index}`, { policyName: name }));
    const given = objects.filter((one) => one['kind'] === 'ConfigMap' && !JSON.stringify(one).includes('"other"'));
    await create(list([...given, renamed(policy(spec), name), ...bound]));
    await create(list(signOf(at, given.at(-1))));
    await until(async () => (await asked(configMap(`sign-${at}`))).message.includes(noticed));
  }

  async function remove(): Promise<void> {
    const kinds = [`validatingadmissionpolicies.${group}`, `validatingadmissionpolicybindings.${group}`];
    for (const kind of kinds) await cluster.kubectl(['delete', kind, '--field-selector=metadata.name!=keeper']);
    await cluster.kubectl(['delete', 'configmaps', '--all', '--namespace', 'team']);
  }

  async function create(objects: JsonObject): Promise<void> {
    const { code, stderr } = await cluster.kubectl(['create', '-f', '-'], objects);
    assert.equal(code, 0, stderr);
  }

  async function asked(object: JsonObject): Promise<{ isDenied: boolean; message: string }> {
    const { code, stderr } = await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], object);
    return { isDenied: code !== 0, message: stderr };
  }
});

/** A rule about something else than pods, by which policies are seen to be taken notice of. */
const configMaps = { ...pods, resources: ['configmaps'] };
const parameters = { apiVersion: 'v1', kind: 'ConfigMap' };

/**
 * A policy that denies for certain once the API server has taken notice of it, and so of all policies that were made before. Parameters
 * are taken notice of by and by: it denies with its own words when the last of them is there.
 */
function signOf(at: number, parameter: JsonObject | undefined): readonly JsonObject[] {
  const name = `sign-${at}`;
  const rule = { ...configMaps, resourceNames: [name] };
  const validations = [{ expression: 'false', message: noticed }];
  const kind = parameter === undefined ? {} : { paramKind: parameters };
  const { name: wanted } = asObject(parameter?.['metadata']) ?? {};
  const from = parameter === undefined ? {} : { paramRef: { name: wanted, parameterNotFoundAction: 'Deny' } };
  const denial = policy({ matchConstraints: { resourceRules: [rule] }, validations, ...kind });
  return [renamed(denial, name), renamed(binding(), name, { policyName: name, ...from })];
}

const noticed = 'it was taken notice of';

/** Keeps the API server reading parameters: when nobody has any, it stops, and does not always begin again soon. */
const keeper: readonly JsonObject[] = [
  renamed(
    policy({
      matchConstraints: { resourceRules: [{ ...configMaps, resourceNames: ['keeper'] }] },
      validations: [{ expression: 'true' }],
      paramKind: parameters,
    }),
    'keeper',
  ),
  renamed(binding(), 'keeper', {
    policyName: 'keeper',
    paramRef: { name: 'keeper', parameterNotFoundAction: 'Allow' },
  }),
];

function configMap(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'team' } };
}

function renamed(body: JsonObject, name: string, spec: object = {}): JsonObject {
  return { ...body, metadata: { name }, spec: { ...asObject(body['spec']), ...spec } };
}

function list(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'List', items };
}

function pod(name: string, image: string): JsonObject {
  const spec = { containers: [{ name: 'c0', image }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'team' }, spec };
}
