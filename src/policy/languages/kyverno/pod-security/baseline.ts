import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import { printed } from '#policy/languages/kyverno/values/print.ts';
import { objectIn, type ContainerView, type Control, type PodView, type Violation } from './violation.ts';

/** The controls of the level "Baseline" (Kubernetes, "Pod Security Standards"), in the newest version. */
export const baseline: Readonly<Record<string, Control>> = {
  HostProcess: (pod) =>
    inContexts(
      pod,
      'windowsOptions.hostProcess',
      ({ windowsOptions }) => asObject(windowsOptions)?.['hostProcess'] === true,
    ),
  'Host Namespaces': ({ spec }) =>
    ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((name) =>
      spec[name] === true ? [{ field: `spec.${name}`, values: ['true'] }] : [],
    ),
  'Privileged Containers': (pod) =>
    inContainers(pod, 'securityContext.privileged', ({ securityContext: { privileged } }) =>
      privileged === true ? ['true'] : [],
    ),
  Capabilities: (pod) =>
    inContainers(pod, 'securityContext.capabilities.add', ({ securityContext }) =>
      asTexts(objectIn(securityContext, 'capabilities')['add']).filter((name) => !capabilities.includes(name)),
    ),
  'HostPath Volumes': ({ spec }) =>
    asList(spec['volumes']).flatMap((volume) => {
      const path = asObject(asObject(volume)?.['hostPath']);
      return path === undefined ? [] : [{ field: 'spec.volumes[*].hostPath', values: [asText(path['path']) ?? ''] }];
    }),
  'Host Ports': (pod) =>
    inContainers(pod, 'ports[*].hostPort', ({ container }) =>
      asList(container['ports'])
        .map((port) => asObject(port)?.['hostPort'])
        .filter((port) => port !== undefined && port !== null && port !== 0)
        .map(String),
    ),
  'Host Probes / Lifecycle Hooks': (pod) => probeHosts(pod),
  AppArmor: (pod) => [
    ...appArmorAnnotations(pod),
    ...inProfiles(pod, 'appArmorProfile', ['RuntimeDefault', 'Localhost']),
  ],
  SELinux: (pod) => [
    ...inContexts(pod, 'seLinuxOptions.type', ({ seLinuxOptions }) => {
      const type = asText(asObject(seLinuxOptions)?.['type']) ?? '';
      return !seLinuxTypes.includes(type);
    }),
    ...['user', 'role'].flatMap((name) =>
      inContexts(
        pod,
        `seLinuxOptions.${name}`,
        ({ seLinuxOptions }) => (asObject(seLinuxOptions)?.[name] ?? '') !== '',
      ),
    ),
  ],
  '/proc Mount Type': (pod) =>
    inContainers(pod, 'securityContext.procMount', ({ securityContext: { procMount } }) =>
      (procMount ?? 'Default') === 'Default' ? [] : [String(procMount)],
    ),
  Seccomp: (pod) => inProfiles(pod, 'seccompProfile', ['RuntimeDefault', 'Localhost']),
  Sysctls: ({ spec }) => {
    const names = asList(objectIn(spec, 'securityContext')['sysctls']).map(
      (one) => asText(asObject(one)?.['name']) ?? '',
    );
    const values = names.filter((name) => !sysctls.includes(name));
    return values.length === 0 ? [] : [{ field: 'spec.securityContext.sysctls[*].name', values }];
  },
};

const capabilities: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const seLinuxTypes: readonly string[] = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
];

const sysctls: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

type Found = readonly Omit<Violation, 'control'>[];

/** What is wrong in each container. */
export function inContainers(
  { containers }: PodView,
  field: string,
  wrong: (view: ContainerView) => readonly string[],
): Found {
  return containers.flatMap((view) => {
    const values = wrong(view);
    const image = asText(view.container['image']) ?? '';
    return values.length === 0 ? [] : [{ field: `spec.${view.list}[*].${field}`, values, image }];
  });
}

/** What is wrong in the security context of the pod and in those of its containers. */
function inContexts(pod: PodView, field: string, isWrong: (context: JsonObject) => boolean): Found {
  const value = (context: JsonObject) =>
    printed(field.split('.').reduce<unknown>((inner, step) => asObject(inner)?.[step], context) ?? '');
  const ofPod = objectIn(pod.spec, 'securityContext');
  return [
    ...(isWrong(ofPod) ? [{ field: `spec.securityContext.${field}`, values: [value(ofPod)] }] : []),
    ...inContainers(pod, `securityContext.${field}`, ({ securityContext }) =>
      isWrong(securityContext) ? [value(securityContext)] : [],
    ),
  ];
}

function inProfiles(pod: PodView, name: string, allowed: readonly string[]): Found {
  return inContexts(pod, `${name}.type`, (context) => {
    const type = asObject(context[name])?.['type'];
    return type !== undefined && type !== null && !allowed.includes(printed(type));
  });
}

function appArmorAnnotations({ annotations }: PodView): Found {
  return Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^(?:runtime\/default$|localhost\/|$)/.test(value))
    .map(([, value]) => ({ field: 'metadata.annotations', values: [value] }));
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const hooks = ['postStart', 'preStop'];

/** A probe of another host lets whoever writes the pod look around in the network of the node. */
function probeHosts(pod: PodView): Found {
  const local: readonly unknown[] = [undefined, null, '', '127.0.0.1', '::1', 'localhost'];
  return inContainers(pod, 'livenessProbe.httpGet.host', ({ container }) => {
    const lifecycle = objectIn(container, 'lifecycle');
    const handlers = [
      ...probes.map((name) => objectIn(container, name)),
      ...hooks.map((name) => objectIn(lifecycle, name)),
    ];
    return handlers
      .flatMap((handler) => [objectIn(handler, 'httpGet')['host'], objectIn(handler, 'tcpSocket')['host']])
      .filter((host) => !local.includes(host))
      .map(String);
  });
}
