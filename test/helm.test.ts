import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { webhookConfigurations } from '#gates/admission/webhooks.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, checkout } from './bulla.ts';
import { at, chart, choices, missingHelm, objectsOf, only, policy, render } from './chart.ts';

describe('the chart', { skip: missingHelm ?? false }, () => {
  let known = '';
  before(async () => void (known = (await bulla(['serve', '--help'])).stdout));

  for (const [what, values] of Object.entries(choices)) {
    test(`${what}: what is mounted is there, what is asked for is known, and nothing more than is needed is allowed`, async () => {
      const objects = objectsOf(await render(values));
      const spec = at(only(objects, 'StatefulSet'), 'spec', 'template', 'spec');
      const gate = at(spec, 'containers', 0);

      const claims = asList(at(only(objects, 'StatefulSet'), 'spec', 'volumeClaimTemplates'));
      const volumes = [
        ...asList(at(spec, 'volumes')).map((one) => String(at(one, 'name'))),
        ...claims.map((one) => String(at(one, 'metadata', 'name'))),
      ];
      const mounts = asList(at(gate, 'volumeMounts'));
      assert.deepEqual(mounts.map((one) => String(at(one, 'name'))).toSorted(), volumes.toSorted());
      const places = mounts.map((one) => asText(at(one, 'mountPath')) ?? '?');
      const args = asList(at(gate, 'args')).map(String);
      for (const path of args.flatMap((arg) => /^--[a-z-]+=(\/.*)$/.exec(arg)?.[1] ?? [])) {
        assert.ok(
          places.some((place) => path === place || path.startsWith(`${place}/`)),
          `${path} is not mounted`,
        );
      }
      for (const flag of args.flatMap((arg) => /^--[a-z-]+/.exec(arg)?.[0] ?? [])) {
        assert.match(known, new RegExp(`${flag}\\b`), `bulla serve does not know ${flag}`);
      }

      assert.equal(at(spec, 'automountServiceAccountToken'), false);
      assert.equal(at(spec, 'securityContext', 'runAsNonRoot'), true);
      assert.equal(at(spec, 'securityContext', 'seccompProfile', 'type'), 'RuntimeDefault');
      assert.deepEqual(at(gate, 'securityContext'), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.ok(Number(at(spec, 'terminationGracePeriodSeconds')) >= Number(values['drainPause'] ?? 10) + 30);

      const rules = objects
        .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
        .flatMap((role) => asList(role['rules']));
      for (const rule of rules) {
        const verbs = asList(at(rule, 'verbs')).map(String);
        const resources = asList(at(rule, 'resources')).map(String);
        assert.doesNotMatch(verbs.join(' '), /\*|update|delete|watch|escalate|bind|impersonate/);
        if (verbs.includes('create')) {
          assert.match(resources.join(' '), /^(?:events|policyreports)$/);
          assert.notEqual(values['reports'], false);
        }
        if (verbs.includes('patch')) assert.match(String(at(rule, 'resourceNames', 0)), /^bulla(?:-admission)?$/);
        assert.ok(!resources.includes('*'));
      }
      const everywhere = asList(only(objects, 'ClusterRole')['rules']).filter((rule) =>
        asList(at(rule, 'resources')).includes('secrets'),
      );
      const wantsAll = asList(at(values, 'pullSecrets', 'namespaces')).includes('*');
      assert.equal(
        everywhere.length,
        wantsAll ? 1 : 0,
        'secrets of all namespaces are read only where that was asked for',
      );
    });
  }

  test('its webhooks are those that the gate itself prints', async () => {
    const resources = [
      { group: 'argoproj.io', resource: 'rollouts' },
      { group: 'tekton.dev', resource: 'tasks' },
    ];
    const values = { webhooks: { resources: resources.map(({ group, resource }) => `${group}/${resource}`) } };
    const objects = objectsOf(await render(values, 'gates')).filter(({ kind }) => /Webhook/.test(String(kind)));
    const reach = { kind: 'service', service: 'bulla', port: 443 } as const;
    assert.deepEqual(
      objects,
      webhookConfigurations({ name: 'bulla', namespace: 'gates', reach, caBundle: '', resources }),
    );
    const args = [
      'serve',
      '--print-webhooks',
      '--namespace',
      'gates',
      ...resources.flatMap(({ group, resource }) => ['--resource', `${group}/${resource}`]),
    ];
    assert.deepEqual(objects, objectsOf((await bulla(args)).stdout));
  });

  const refused: Readonly<Record<string, [JsonObject, RegExp]>> = {
    'no image': [{ image: '' }, /image/],
    'an image by its tag': [{ image: 'registry.example/bulla:1' }, /image/],
    'an unknown value': [{ replica: 3 }, /replica/],
    'an unknown value inside': [{ backstop: { digest: true } }, /digest/],
    'policies twice': [{ policies: { files: { 'a.yaml': 'x' }, volume: { emptyDir: {} } } }, /policies/],
    'a policy that would not be read': [{ policies: { files: { 'a.txt': 'x' } } }, /a\.txt/],
    'a trusted root that is not given': [{ trust: { source: 'file' } }, /root/],
    'a trusted root that is not used': [{ trust: { root: '{}' } }, /root/],
    'a secret that is not named': [{ certificates: { source: 'secret' } }, /secret/],
    'an issuer that is not asked': [{ certificates: { issuer: { name: 'x' } } }, /issuer/],
    'rights to write': [{ rbac: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }] } }, /verbs/],
    'a folder of its own': [{ environment: { BULLA_CACHE: '/x' } }, /BULLA_CACHE/],
    'no replicas': [{ replicas: 0 }, /replicas/],
  };
  for (const [what, [values, where]] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      await assert.rejects(render(values), where);
    });
  }

  test('it passes its own gate and its own lint', async () => {
    const folder = newFolder('own');
    writeFileSync(join(folder, 'policy.yaml'), policy);
    writeFileSync(join(folder, 'chart.yaml'), await render({}));
    const run = await bulla(['check', 'chart.yaml', '--policy', 'policy.yaml', '--offline', '--all'], { cwd: folder });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /StatefulSet\/bulla/);
    const lint = await bulla(['lint', 'chart.yaml', '--offline'], { cwd: folder });
    assert.equal(lint.code, 0, lint.stdout + lint.stderr);
  });

  test('the values of the documentation are values, and their policy is one', async () => {
    const page = readFileSync(join(checkout, 'docs/install.md'), 'utf8');
    const [, shown = ''] = /```yaml\n(# values\.yaml\n[^`]+)```/.exec(page) ?? [];
    const { image: _placeholder, ...values } = asObject(parse(shown)) ?? {};
    const objects = objectsOf(await render(values));
    const folder = newFolder('documented');
    const written = objects.flatMap(({ data }) => asText(at(data, 'production.yaml')) ?? []);
    assert.equal(written.length, 1);
    writeFileSync(join(folder, 'production.yaml'), written.join(''));
    const lint = await bulla(['policy', 'lint', 'production.yaml'], { cwd: folder });
    assert.equal(lint.code, 0, lint.stdout + lint.stderr);
  });

  test('its alerts are about what the gate measures', async () => {
    const rule = only(objectsOf(await render({ metrics: { alerts: true } })), 'PrometheusRule');
    const alerts = asList(at(rule, 'spec', 'groups', 0, 'rules'));
    assert.ok(alerts.length > 0);
    const sources = globSync('src/server/**/*.ts', { cwd: checkout }).map((path) => readFileSync(join(checkout, path)));
    const measured = new Set(sources.join('\n').match(/(?<=')bulla_\w+(?=')/g));
    const meant = alerts.flatMap((alert) => String(at(alert, 'expr')).match(/bulla_\w+/g) ?? []);
    assert.deepEqual(
      meant.filter((name) => !measured.has(name)),
      [],
    );
  });

  test('every value that is known has a default', () => {
    const values = asObject(parse(readFileSync(join(chart, 'values.yaml'), 'utf8')));
    const schema = asObject(parseJson(readFileSync(join(chart, 'values.schema.json'))));
    const named = Object.keys(asObject(schema?.['properties']) ?? {}).filter((name) => name !== 'global');
    assert.deepEqual(Object.keys(values ?? {}).toSorted(), named.toSorted());
  });
});
