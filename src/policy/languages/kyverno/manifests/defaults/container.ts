import { parseReference } from '#image/reference.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { Default } from './default.ts';

/** What the API server writes into a container (Kubernetes, pkg/apis/core/v1/defaults.go). */
export const containerDefaults: readonly Default[] = [
  ['imagePullPolicy', ({ image }) => pullPolicyOf(image)],
  ['terminationMessagePath', '/dev/termination-log'],
  ['terminationMessagePolicy', 'File'],
  ['resources', {}],
  ...['command', 'args', 'env', 'envFrom', 'ports', 'volumeMounts', 'volumeDevices'].map((list): Default => [list, []]),
  ...['stdin', 'stdinOnce', 'tty'].map((flag): Default => [flag, false]),
  ['ports.*.protocol', 'TCP'],
  ['env.*.value', ({ valueFrom }) => (valueFrom === undefined ? '' : undefined)],
  ['env.*.valueFrom.fieldRef.apiVersion', 'v1'],
  ['env.*.valueFrom.resourceFieldRef.divisor', '0'],
  ['envFrom.*.prefix', ''],
  ['volumeMounts.*.readOnly', false],
  ['volumeMounts.*.subPath', ''],
  ['workingDir', ''],
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap(probeDefaults),
  ...['lifecycle.postStart', 'lifecycle.preStop'].flatMap(requestDefaults),
];

function probeDefaults(probe: string): readonly Default[] {
  return [
    [`${probe}.initialDelaySeconds`, 0],
    [`${probe}.timeoutSeconds`, 1],
    [`${probe}.periodSeconds`, 10],
    [`${probe}.successThreshold`, 1],
    [`${probe}.failureThreshold`, 3],
    [`${probe}.grpc.service`, ''],
    ...requestDefaults(probe),
  ];
}

function requestDefaults(handler: string): readonly Default[] {
  return [
    [`${handler}.httpGet.path`, '/'],
    [`${handler}.httpGet.scheme`, 'HTTP'],
  ];
}

/** Whether an image is pulled each time: if its tag is `latest`, named or not. */
export function pullPolicyOf(image: JsonObject[string]): string | undefined {
  if (typeof image !== 'string') return undefined;
  try {
    const { tag, digest } = parseReference(image);
    return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
  } catch {
    return undefined;
  }
}
