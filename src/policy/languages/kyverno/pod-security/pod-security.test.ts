import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, policyWith } from '#policy/languages/kyverno/testing.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';

const good = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

async function say(
  level: string,
  spec: object,
  container: object = {},
  rest: object = {},
  ...beside: readonly JsonObject[]
) {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'nginx', ...container }], ...spec },
  };
  const policy = compile(policyWith([{ validate: { podSecurity: { level, version: 'latest', ...rest } } }]), ...beside);
  const [outcome] = await policy.decide(askForPod([], { object }), surroundingsOf(newImageWorld()));
  return outcome?.outcome === 'failed' ? outcome.reason.words['problem'] : outcome?.outcome;
}

const context = (securityContext: object) => ({ securityContext });

const cases: readonly (readonly [level: string, spec: object, container: object, said: string])[] = [
  ['baseline', {}, {}, 'passed'],
  ['privileged', { hostPID: true }, {}, 'passed'],
  ['baseline', { hostPID: true }, {}, 'Host Namespaces'],
  ['baseline', {}, context({ privileged: true }), 'Privileged Containers'],
  ['baseline', {}, context({ capabilities: { add: ['NET_ADMIN'] } }), 'Capabilities'],
  ['baseline', {}, context({ capabilities: { add: ['CHOWN'] } }), 'passed'],
  ['baseline', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, {}, 'HostPath Volumes'],
  ['baseline', {}, { ports: [{ hostPort: 80 }] }, 'Host Ports'],
  ['baseline', {}, context({ windowsOptions: { hostProcess: true } }), 'HostProcess'],
  ['baseline', {}, context({ procMount: 'Unmasked' }), '/proc Mount Type'],
  ['baseline', {}, context({ seccompProfile: { type: 'Unconfined' } }), 'Seccomp'],
  ['baseline', {}, context({ appArmorProfile: { type: 'Unconfined' } }), 'AppArmor'],
  ['baseline', {}, context({ seLinuxOptions: { type: 'spc_t' } }), 'SELinux'],
  ['baseline', context({ sysctls: [{ name: 'kernel.msgmax' }] }), {}, 'Sysctls'],
  ['baseline', {}, { livenessProbe: { httpGet: { host: '10.0.0.1' } } }, 'Host Probes / Lifecycle Hooks'],
  [
    'baseline',
    { initContainers: [{ name: 'i', image: 'x', securityContext: { privileged: true } }] },
    {},
    'Privileged Containers',
  ],
  [
    'baseline',
    { ephemeralContainers: [{ name: 'i', image: 'x', securityContext: { privileged: true } }] },
    {},
    'Privileged Containers',
  ],
  ['restricted', {}, context(good), 'passed'],
  ['restricted', {}, context({ ...good, allowPrivilegeEscalation: undefined }), 'Privilege Escalation'],
  ['restricted', {}, context({ ...good, runAsNonRoot: undefined }), 'Running as Non-root'],
  ['restricted', context({ runAsNonRoot: true }), context({ ...good, runAsNonRoot: undefined }), 'passed'],
  ['restricted', {}, context({ ...good, runAsUser: 0 }), 'Running as Non-root user'],
  ['restricted', {}, context({ ...good, seccompProfile: undefined }), 'Seccomp'],
  ['restricted', {}, context({ ...good, capabilities: {} }), 'Capabilities'],
  ['restricted', { volumes: [{ name: 'v', nfs: {} }] }, context(good), 'Volume Types'],
];

for (const [level, spec, container, said] of cases) {
  test(`${level}: ${JSON.stringify({ ...spec, ...container })} is ${said}`, async () => {
    assert.equal(await say(level, spec, container), said);
  });
}

test('what is excluded is not asked, and what is like it is', async () => {
  const exclude = [
    {
      controlName: 'Capabilities',
      images: ['nginx*'],
      restrictedField: 'spec.containers[*].securityContext.capabilities.add',
      values: ['NET_*'],
    },
  ];
  const adding = (name: string) => context({ capabilities: { add: [name] } });
  assert.equal(await say('baseline', {}, adding('NET_ADMIN'), { exclude }), 'passed');
  assert.equal(await say('baseline', {}, adding('SYS_ADMIN'), { exclude }), 'Capabilities');
  assert.equal(await say('baseline', {}, { ...adding('NET_ADMIN'), image: 'other' }, { exclude }), 'Capabilities');
  assert.equal(
    await say('baseline', { hostPID: true }, {}, { exclude: [{ controlName: 'Host Namespaces' }] }),
    'passed',
  );
  assert.equal(
    await say('baseline', {}, context({ privileged: true }), { exclude: [{ controlName: 'Privileged Containers' }] }),
    'Privileged Containers',
  );
});

test('an exception may take out one control', async () => {
  const exception = {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { name: 'e' },
    spec: {
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
      exceptions: [{ policyName: 'p', ruleNames: ['r0'] }],
      podSecurity: [{ controlName: 'Host Namespaces' }],
    },
  };
  assert.equal(await say('baseline', { hostPID: true }, {}, {}, exception), 'passed');
  assert.equal(
    await say('baseline', { hostPID: true }, context({ privileged: true }), {}, exception),
    'Privileged Containers',
  );
});
