import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { buildkite } from './buildkite.ts';
import { circleci } from './circleci.ts';

/** A path on which a program of this name does as a script of the shell says. */
function pathWith(name: string, script: string): string {
  const folder = newFolder('program');
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

const places = [
  {
    provider: buildkite,
    program: 'buildkite-agent',
    environment: { BUILDKITE_AGENT_ACCESS_TOKEN: 'x' },
    asked: 'oidc request-token --audience sigstore',
  },
  {
    provider: circleci,
    program: 'circleci',
    environment: { CIRCLECI: 'true', CIRCLE_OIDC_TOKEN_V2: 'a token for somebody else' },
    asked: 'run oidc get --claims {"aud":"sigstore"}',
  },
] as const;

for (const { provider, program, environment, asked } of places) {
  test(`${provider.name}: its program is asked for a token with the audience`, async () => {
    const PATH = pathWith(program, 'echo "token for $*"');
    assert.equal(await provider.token({ ...environment, PATH }, 'sigstore'), `token for ${asked}`);
  });

  test(`${provider.name}: a program that fails, writes nothing or is not there is an error; elsewhere it is not asked`, async () => {
    for (const PATH of [pathWith(program, 'exit 1'), pathWith(program, 'true'), '/nowhere']) {
      await assert.rejects(provider.token({ ...environment, PATH }, 'sigstore'), { code: 'token-missing' });
    }
    assert.equal(await provider.token({ PATH: '/nowhere' }, 'sigstore'), undefined);
  });
}
