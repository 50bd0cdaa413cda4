import type { JsonObject } from '#kit/narrow.ts';

/** What a review is made of, as far as it is not usual. */
export interface ReviewParts {
  readonly operation?: string;
  readonly object?: JsonObject | null;
  readonly oldObject?: JsonObject | null;
  readonly subResource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly uid?: string;
  readonly userInfo?: JsonObject;
}

/** An AdmissionReview as API servers send it. */
export function reviewOf({ object = null, oldObject = null, ...parts }: ReviewParts): JsonObject {
  const { apiVersion = 'v1', kind = 'Pod' } = object ?? oldObject ?? {};
  const [version = '', group = ''] = String(apiVersion).split('/').toReversed();
  const resource = `${String(kind).toLowerCase()}s`;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'e911857d-c318-11e8-bbad-025000000001',
      kind: { group, version, kind },
      resource: { group, version, resource },
      requestKind: { group, version, kind },
      requestResource: { group, version, resource },
      operation: 'CREATE',
      name: '',
      namespace: 'shop',
      userInfo: { username: 'anna', groups: ['system:authenticated'] },
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
      ...parts,
      object,
      oldObject,
    },
  };
}

/** A pod with one container for each image. */
export function podOf(images: readonly string[], rest: JsonObject = {}): JsonObject {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers }, ...rest };
}

/** A workload of another kind with these images, where that kind has its pods. */
export function workloadOf(
  apiVersion: string,
  kind: string,
  images: readonly string[],
  rest: JsonObject = {},
): JsonObject {
  const pod = podOf(images)['spec'];
  const template = { metadata: { labels: { app: 'web' } }, spec: pod };
  const inJob = { jobTemplate: { spec: { template } } };
  const spec = kind === 'CronJob' ? inJob : { template };
  const metadata = { name: 'web', namespace: 'shop' };
  if (kind === 'PodTemplate') return { apiVersion, kind, metadata, template, ...rest };
  return { apiVersion, kind, metadata, spec: { ...spec, ...rest } };
}
