import { digestOf } from '#kit/digest.ts';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { Question } from '#policy/question.ts';
import type { Resources } from '#policy/surroundings.ts';
import { podSpecsOf } from '#policy/workloads/pod-specs.ts';

/** Credentials for registries that a pod would be pulled with, as texts of docker's `config.json`. */
export interface PullCredentials {
  readonly texts: readonly string[];
  /** The same for the same credentials, and tells nothing of them. */
  readonly scope: string;
}

/** Secrets of one object; more are none of an honest one. */
const mostSecrets = 20;

/**
 * The credentials that the kubelet would have for the pods of an object: its `imagePullSecrets`, and those of its service account.
 * Only secrets of its own namespace, and only those of the types for registries. A secret that is not there is none, as for the kubelet.
 * @throws `resource-unavailable`
 */
export async function pullCredentialsFor({ request, place }: Question, resources: Resources): Promise<PullCredentials> {
  const { namespace } = place;
  if (namespace === undefined || request?.object === undefined) return none;
  const specs = podSpecsOf(request.object).map(({ spec }) => spec);
  const accounts = new Set(specs.map((spec) => asText(spec['serviceAccountName']) ?? 'default'));
  const holders: JsonObject[] = [...specs];
  for (const name of accounts) {
    const account = await resources.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name });
    if (account !== undefined) holders.push(account);
  }
  const names = new Set(holders.flatMap(secretNames));
  const texts: string[] = [];
  for (const name of [...names].slice(0, mostSecrets)) {
    const text = configIn(await resources.get({ apiVersion: 'v1', kind: 'Secret', namespace, name }));
    if (text !== undefined) texts.push(text);
  }
  return texts.length === 0 ? none : { texts, scope: digestOf(JSON.stringify(texts)) };
}

const none: PullCredentials = { texts: [], scope: '' };

function secretNames(holder: JsonObject): readonly string[] {
  return asList(holder['imagePullSecrets']).flatMap((one) => asText(asObject(one)?.['name']) ?? []);
}

function configIn(secret: JsonObject | undefined): string | undefined {
  const data = asObject(secret?.['data']) ?? {};
  const encoded = (key: string) => {
    const text = asText(data[key]);
    return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8');
  };
  if (secret?.['type'] === 'kubernetes.io/dockerconfigjson') return encoded('.dockerconfigjson');
  if (secret?.['type'] !== 'kubernetes.io/dockercfg') return undefined;
  // The old form has hosts at the top.
  const old = encoded('.dockercfg');
  return old === undefined ? undefined : `{"auths":${old}}`;
}
