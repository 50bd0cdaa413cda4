import { request } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { serverError } from '#server/errors.ts';

/** The API of a cluster, as far as a gate needs it. */
export interface ClusterClient {
  /** @returns nothing if there is none @throws `cluster-unreachable`, `cluster-refused` */
  get(path: string): Promise<JsonObject | undefined>;
  /** @returns what has become of it */
  create(path: string, body: JsonObject): Promise<JsonObject | undefined>;
  /** Changes an object by a patch of RFC 6902; if one of its tests fails, `cluster-refused`. */
  patch(path: string, steps: readonly JsonObject[]): Promise<void>;
}

/** Where a cluster's API is, and the folder with `token` and `ca.crt`, as Kubernetes mounts it into pods. */
export interface ClusterPlace {
  readonly url: string;
  readonly credentials: string;
}

export const usualCredentials = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster that this process runs in, if it runs in a pod. */
export function surroundingCluster(env: Readonly<Record<string, string | undefined>>): ClusterPlace | undefined {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') return undefined;
  return { url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, credentials: usualCredentials };
}

/** Objects and lists have some megabytes at most; milliseconds. */
const largest = 64 << 20;
const patience = 5000;

/** A client with the token of the service account. It is read anew for each request, because it is exchanged every hour. */
export function clusterClient({ url, credentials }: ClusterPlace): ClusterClient {
  async function ask(method: string, path: string, type?: string, body?: unknown): Promise<JsonObject | undefined> {
    const answer = await send(new URL(path, url), method, credentials, type, body).catch((error: unknown) => {
      throw serverError('cluster-unreachable', `the API of the cluster does not answer: ${messageOf(error)}`, {
        hint: `check ${url}, and the token and ca.crt in ${credentials}`,
      });
    });
    if (answer.status === 404) return undefined;
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const said = asText(answer.body?.['message']) ?? '';
    throw serverError(
      'cluster-refused',
      `the API of the cluster answers ${answer.status} to ${method} ${path}: ${said}`,
      {
        hint: 'give the service account of the gate this right (RBAC)',
      },
    );
  }
  return {
    get: (path) => ask('GET', path),
    create: (path, body) => ask('POST', path, 'application/json', body),
    patch: async (path, steps) => void (await ask('PATCH', path, 'application/json-patch+json', steps)),
  };
}

interface Reply {
  readonly status: number;
  readonly body: JsonObject | undefined;
}

async function send(url: URL, method: string, folder: string, type?: string, body?: unknown): Promise<Reply> {
  const [token, ca] = await Promise.all([readFile(join(folder, 'token'), 'utf8'), readFile(join(folder, 'ca.crt'))]);
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        ca,
        timeout: patience,
        signal: AbortSignal.timeout(patience),
        headers: {
          authorization: `Bearer ${token.trim()}`,
          accept: 'application/json',
          ...(type === undefined ? {} : { 'content-type': type }),
        },
      },
      (response) => {
        collect(response, largest).then((bytes) => {
          if (bytes === undefined) return reject(new Error('the answer is too large'));
          resolve({ status: response.statusCode ?? 0, body: asObject(parseJson(bytes)) });
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(content);
  });
}
