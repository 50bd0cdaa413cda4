import { asList, asObject, asTexts, type JsonObject } from '#kit/narrow.ts';
import { inContainers } from './baseline.ts';
import { objectIn, type Control, type PodView } from './violation.ts';

/** What the level "Restricted" forbids beyond "Baseline" (Kubernetes, "Pod Security Standards"). */
export const restricted: Readonly<Record<string, Control>> = {
  'Volume Types': ({ spec }) =>
    asList(spec['volumes']).flatMap((volume) => {
      const kinds = Object.keys(asObject(volume) ?? {}).filter((key) => key !== 'name' && !volumeTypes.includes(key));
      return kinds.map((kind) => ({ field: `spec.volumes[*].${kind}`, values: [] }));
    }),
  'Privilege Escalation': (pod) =>
    isWindows(pod)
      ? []
      : inContainers(pod, 'securityContext.allowPrivilegeEscalation', ({ securityContext }) =>
          securityContext['allowPrivilegeEscalation'] === false
            ? []
            : [said(securityContext['allowPrivilegeEscalation'])],
        ),
  'Running as Non-root': (pod) => {
    const ofPod = objectIn(pod.spec, 'securityContext')['runAsNonRoot'];
    const ofContainers = inContainers(pod, 'securityContext.runAsNonRoot', ({ securityContext: { runAsNonRoot } }) =>
      (runAsNonRoot ?? ofPod) === true ? [] : [said(runAsNonRoot)],
    );
    return ofPod === false
      ? [{ field: 'spec.securityContext.runAsNonRoot', values: ['false'] }, ...ofContainers]
      : ofContainers;
  },
  'Running as Non-root user': (pod) => [
    ...(objectIn(pod.spec, 'securityContext')['runAsUser'] === 0
      ? [{ field: 'spec.securityContext.runAsUser', values: ['0'] }]
      : []),
    ...inContainers(pod, 'securityContext.runAsUser', ({ securityContext }) =>
      securityContext['runAsUser'] === 0 ? ['0'] : [],
    ),
  ],
  Seccomp: (pod) => {
    const ofPod = profileOf(objectIn(pod.spec, 'securityContext'));
    if (isWindows(pod)) return [];
    return inContainers(pod, 'securityContext.seccompProfile.type', ({ securityContext }) =>
      (profileOf(securityContext) ?? ofPod) === undefined ? ['undefined'] : [],
    );
  },
  Capabilities: (pod) =>
    isWindows(pod)
      ? []
      : [
          ...inContainers(pod, 'securityContext.capabilities.drop', ({ securityContext }) =>
            asTexts(objectIn(securityContext, 'capabilities')['drop']).includes('ALL') ? [] : ['undefined'],
          ),
          ...inContainers(pod, 'securityContext.capabilities.add', ({ securityContext }) =>
            asTexts(objectIn(securityContext, 'capabilities')['add']).filter((name) => name !== 'NET_BIND_SERVICE'),
          ),
        ],
};

const volumeTypes: readonly string[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function isWindows({ spec }: PodView): boolean {
  return objectIn(spec, 'os')['name'] === 'windows';
}

function profileOf(context: JsonObject): unknown {
  return objectIn(context, 'seccompProfile')['type'] ?? undefined;
}

function said(value: unknown): string {
  return value === undefined || value === null ? 'undefined' : JSON.stringify(value);
}
