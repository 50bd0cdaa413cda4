import { posix } from 'node:path';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { readDocuments } from '#policy/documents.ts';
import { policyError } from '#policy/errors.ts';
import { kyverno } from '#policy/languages/kyverno/language.ts';
import { readPolicy } from '#policy/languages/kyverno/policy.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';
import { loadPolicies } from '#policy/load.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import type { AdmissionRequest, RequestUser } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { askAboutObject } from './ask.ts';
import { givenFor, isSameRule } from './given.ts';
import { namespaceOf, stage } from './stage.ts';
import { askAny, askKyverno, type Said } from './subject-policy.ts';
import {
  contextSchema,
  testSchema,
  userSchema,
  valuesSchema,
  type WrittenResult,
  type WrittenValues,
} from './test-file.ts';

/** One expectation of a test, and what came out. */
export interface KyvernoTestResult {
  readonly policy: string;
  readonly rule: string;
  readonly kind: string;
  readonly resource: string;
  readonly expected: WrittenResult['result'];
  readonly actual: WrittenResult['result'];
  /** Whether it is as expected, and the object too where the test says how it should be. */
  readonly isAsExpected: boolean;
  /** What differs, or what the policy says. */
  readonly detail: string;
}

/** Where a test is run: how its files are read, and what there is beside what it sets up. */
export interface TestWorld {
  /** @throws if it cannot be read */
  readonly readFile: (path: string) => Promise<string>;
  readonly surroundings: Surroundings;
}

/**
 * Runs a `kyverno-test.yaml` as it is: its policies, in whatever language that is known here, look at its objects, and each expectation
 * is compared. Files are found from where the test is.
 * @throws `policy-invalid`, `policy-unsupported` for what is wrong with the test or its policies, and what reading a file throws
 */
export async function runKyvernoTest(file: string, world: TestWorld): Promise<readonly KyvernoTestResult[]> {
  const [document] = readDocuments(await world.readFile(file), file);
  const test = readStrictly(testSchema, document?.body ?? {});
  const read = async (name: string) => {
    const path = posix.join(posix.dirname(file), name);
    return readDocuments(await world.readFile(path), path);
  };
  const readAll = async (names: readonly string[] = []) => (await Promise.all(names.map(read))).flat();
  const values = await readValues(test.variables, test.values, read);
  const objects = (await readAll(test.resources)).map(({ body }) => body);
  const beside = (await readAll([...(test.clusterResources ?? []), ...(test.paramResources ?? [])])).map(
    ({ body }) => body,
  );
  const context = await readContext(test.context, read);
  const { user, bindings } = await readUser(test.userinfo, read);
  const staged = [...objects, ...beside, ...context.resources, ...namespacesOf(values), ...bindings];
  const surroundings = stage(world.surroundings, staged, context.images);
  const ask = await asker(
    [...(await readAll(test.policies)), ...(await readAll(test.exceptions))],
    values,
    surroundings,
  );
  const results: KyvernoTestResult[] = [];
  for (const expected of test.results) {
    const wanted = expected.patchedResources ?? expected.patchedResource;
    const patched = wanted === undefined ? undefined : (await read(wanted)).map(({ body }) => body);
    for (const object of objectsOf(expected, objects)) {
      const said = await ask(expected.policy, object, expected.operation ?? operationOf(values), user);
      results.push(compare(expected, object, said, patched));
    }
  }
  return results;
}

type Read = (name: string) => Promise<readonly PolicyDocument[]>;
type Ask = (
  policy: string,
  object: JsonObject,
  operation: AdmissionRequest['operation'],
  user: RequestUser,
) => Promise<Said>;

async function asker(
  documents: readonly PolicyDocument[],
  values: WrittenValues,
  surroundings: Surroundings,
): Promise<Ask> {
  const companions = documents.filter(({ body }) => kyverno.isCompanion(body));
  const own = documents.filter(({ body }) => kyverno.isPolicy(body)).map((one) => readPolicy(one, companions));
  const others = await loadPolicies(documents.filter(({ body }) => !kyverno.isPolicy(body)));
  const known = new Map<string, Promise<Said>>();
  const askOnce: Ask = (name, object, operation, user) => {
    const question = askAboutObject(object, operation, user);
    const policy = own.find((one) => one.name === name || one.name === `default/${name}`);
    if (policy !== undefined) {
      return askKyverno(policy, question, surroundings, givenFor(values, name, nameOf(object)));
    }
    const other = others.find((one) => one.name === name || one.name.endsWith(`/${name}`));
    if (other === undefined) throw policyError('policy-invalid', `the test names no policy ${name} among its files`);
    return askAny(other, question, surroundings);
  };
  return (name, object, operation, user) => {
    const key = JSON.stringify([name, operation, object]);
    const said = known.get(key) ?? askOnce(name, object, operation, user);
    known.set(key, said);
    return said;
  };
}

function compare(
  expected: WrittenResult,
  object: JsonObject,
  said: Said,
  patched: readonly JsonObject[] | undefined,
): KyvernoTestResult {
  const { policy, rule = '', result } = expected;
  const outcomes = said.outcomes.filter((one) => rule === '' || one.rule === '' || isSameRule(rule, one.rule));
  const actual = statusOf(outcomes.map(({ outcome }) => outcome));
  const wanted = patched?.find((one) => one['kind'] === object['kind'] && nameOf(one) === nameOf(object));
  // An object that the file does not have is not compared; so does Kyverno's own tool.
  const isPatched = wanted === undefined || actual !== 'pass' || isSame(placed(wanted), placed(said.object));
  const isStatus = actual === result || (result === 'warn' && actual === 'fail');
  const decisive = outcomes.find(({ outcome }) => statusOf([outcome]) === actual);
  return {
    policy,
    rule,
    kind: asText(object['kind']) ?? '',
    resource: nameOf(object),
    expected: result,
    actual,
    isAsExpected: isStatus && isPatched,
    detail: isPatched
      ? (decisive?.reason.message ?? decisive?.reason.words['problem'] ?? '')
      : 'the object is not as it should be after the change',
  };
}

/** An object in its namespace, which Kyverno's own tool writes into what has none. */
function placed(object: JsonObject | undefined): JsonObject | undefined {
  const metadata = asObject(object?.['metadata']) ?? {};
  return object === undefined ? undefined : { ...object, metadata: { namespace: 'default', ...metadata } };
}

/** The worst that was said; of what says nothing, skipped. */
function statusOf(outcomes: readonly string[]): WrittenResult['result'] {
  if (outcomes.includes('failed')) return 'fail';
  if (outcomes.includes('unknown')) return 'error';
  return outcomes.includes('passed') ? 'pass' : 'skip';
}

/** @throws `policy-invalid` for a name that no object of the test has */
function objectsOf(expected: WrittenResult, objects: readonly JsonObject[]): readonly JsonObject[] {
  const { kind, resources = [], resource, namespace } = expected;
  const ofKind = objects.filter(
    (one) => kind === undefined || one['kind'] === kind || one['kind'] === kind.split('/').at(-1),
  );
  const names = [...resources, ...(resource === undefined ? [] : [resource])];
  if (names.length === 0) return ofKind;
  return names.flatMap((written) => {
    const [name = '', place = namespace] = written.split('/').toReversed();
    const found = ofKind.filter((one) => nameOf(one) === name && (place === undefined || namespaceOf(one) === place));
    if (found.length === 0) throw policyError('policy-invalid', `the test names no object ${kind ?? ''} ${written}`);
    return found;
  });
}

async function readValues(
  file: string | undefined,
  inline: WrittenValues | undefined,
  read: Read,
): Promise<WrittenValues> {
  if (file === undefined) return inline ?? {};
  const [document] = await read(file);
  return readStrictly(valuesSchema, document?.body ?? {});
}

async function readContext(file: string | undefined, read: Read) {
  const [document] = file === undefined ? [] : await read(file);
  const spec = document === undefined ? {} : readStrictly(contextSchema, document.body).spec;
  return { resources: spec.resources ?? [], images: spec.images ?? [] };
}

const someone: RequestUser = { username: '', groups: [] };

/** Who asks, and bindings that give them the roles that the test says. */
async function readUser(
  file: string | undefined,
  read: Read,
): Promise<{ user: RequestUser; bindings: readonly JsonObject[] }> {
  const [document] = file === undefined ? [] : await read(file);
  if (document === undefined) return { user: someone, bindings: [] };
  const { userInfo = {}, roles = [], clusterRoles = [] } = readStrictly(userSchema, document.body);
  const { username = 'user', uid, groups = [] } = userInfo;
  const bind = (kind: string, of: string, name: string, namespace?: string): JsonObject => ({
    kind,
    metadata: { name, namespace },
    subjects: [{ kind: 'User', name: username }],
    roleRef: { kind: of, name },
  });
  return {
    user: { username, uid, groups },
    bindings: [
      ...clusterRoles.map((name) => bind('ClusterRoleBinding', 'ClusterRole', name)),
      ...roles.map((role) => {
        const [namespace = '', name = ''] = role.split(':');
        return bind('RoleBinding', 'Role', name, namespace);
      }),
    ],
  };
}

function namespacesOf({ namespaceSelector = [], namespaces = [] }: WrittenValues): readonly JsonObject[] {
  return [
    ...namespaces,
    ...namespaceSelector.map(({ name, labels }) => ({ kind: 'Namespace', metadata: { name, labels } })),
  ];
}

function operationOf({ globalValues }: WrittenValues): AdmissionRequest['operation'] {
  const said = globalValues?.['request.operation'];
  return said === 'UPDATE' || said === 'DELETE' || said === 'CONNECT' ? said : 'CREATE';
}

function nameOf(object: JsonObject): string {
  return asText(asObject(object['metadata'])?.['name']) ?? '';
}
