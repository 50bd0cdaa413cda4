import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { bulla, fillDatabase, type RunOptions } from './bulla.ts';
import { parseReport } from './report.ts';
import { flaws, writeSmallFeed, writeSmallImage } from './small-image.ts';

const { critical, high, medium, exploitedLow } = flaws;

describe('A gate is closed by an exit code', () => {
  let image = '';
  let database = '';
  before(async () => {
    image = writeSmallImage();
    database = await fillDatabase('database', writeSmallFeed());
  });

  /** Scans the small image, of which everything is known. */
  function scan(flags: readonly string[], options: Partial<RunOptions> = {}, source = image) {
    return bulla(['scan', source, ...flags], { ...options, env: { BULLA_DATABASE: database, ...options.env } });
  }

  const gates = [
    { flags: [], code: 0, why: 'nothing was asked for' },
    { flags: ['--fail-on', 'critical'], code: 1, why: 'kettle' },
    { flags: ['--fail-on', 'high'], code: 1, why: 'kettle 1.0.0 and 1 more' },
    { flags: ['--fail-on', 'medium'], code: 1, why: 'kettle 1.0.0 and 2 more' },
    { flags: ['--fail-on', 'exploited'], code: 1, why: 'sugar' },
    { flags: ['--fail-on', 'fixable'], code: 1, why: 'and 2 more' },
    { flags: ['--fail-on', 'malware'], code: 0, why: 'there is none' },
    { flags: ['--fail-on', 'any'], code: 1, why: 'and 3 more' },
    { flags: ['--fail-on', 'malware,EXPLOITED'], code: 1, why: 'sugar' },
    { flags: ['--fail-on', 'high', '--only-fixed'], code: 1, why: 'kettle' },
  ];
  for (const { flags, code, why } of gates) {
    test(`scan ${flags.join(' ')} → ${code} (${why})`, async () => {
      const run = await scan(flags);
      assert.equal(run.code, code, run.stderr);
      if (code === 1) assert.match(run.stderr, new RegExp(`^bulla: the gate is closed by CVE-.* ${why}`, 'm'));
      else assert.equal(run.stderr, '');
    });
  }

  test('--only-fixed leaves what cannot be fixed out of the gate as well as out of sight', async () => {
    const teapot = await scan(['--fail-on', 'any'], {}, 'purl:pkg:npm/teapot@1.0.0');
    assert.equal(teapot.code, 1);
    const run = await scan(['--fail-on', 'any', '--only-fixed', '--json'], {}, 'purl:pkg:npm/teapot@1.0.0');
    assert.equal(run.code, 0);
    assert.deepEqual(parseReport(run).findings, []);
  });

  test('--severity chooses what is shown, and leaves the gate as it is', async () => {
    const shown = async (...flags: readonly string[]) => {
      const run = await scan(['--json', ...flags]);
      return parseReport(run).findings.map(({ id }) => id);
    };
    assert.deepEqual(await shown('--severity', 'high'), [high]);
    assert.deepEqual((await shown('--severity', 'medium+')).toSorted(), [critical, high, medium]);
    assert.deepEqual((await shown('--severity', 'low,critical')).toSorted(), [critical, exploitedLow]);
    assert.equal((await scan(['--severity', 'low', '--fail-on', 'critical'])).code, 1);
  });

  test('what is not known is 3, and a closed gate comes before it', async () => {
    const source = 'purls:list.txt';
    const cwd = newFolder('unknown');
    writeFileSync(join(cwd, 'list.txt'), 'pkg:npm/kettle@1.0.0\npkg:gem/rake@1.0.0\n');
    const run = await scan(['--fail-on', 'exploited'], { cwd }, source);
    assert.equal(run.code, 3);
    assert.match(run.stdout, /there are no advisories for RubyGems here: 1 package not judged \[advisories-missing\]/);
    assert.equal((await scan(['--fail-on', 'critical'], { cwd }, source)).code, 1);
  });

  const mistakes = [
    { words: [], code: 0, stdout: /USAGE/ },
    { words: ['scann', 'x'], code: 2, stderr: /there is no verb "scann"; bulla --help lists them/ },
    { words: ['scan'], code: 2, stderr: /SOURCE/ },
    { words: ['scan', 'a', 'b'], code: 2, stderr: /Too many arguments/ },
    { words: ['scan', 'x', '--fial-on', 'high'], code: 2, stderr: /--fial-on/ },
    {
      words: ['scan', 'x', '--fail-on', 'criticall'],
      code: 2,
      stderr: /error\[usage\]: --fail-on does not know "criticall"\n {2}try {2}choose from: critical, high, medium/,
    },
    { words: ['scan', 'x', '--severity', 'bad'], code: 2, stderr: /error\[usage\]: --severity does not know "bad"/ },
    {
      words: ['scan', 'x', '--format', 'xml'],
      code: 2,
      stderr: /error\[usage\]: there is no format "xml"\n.*table, json/,
    },
    { words: ['sbom', 'x', '--format', 'table'], code: 2, stderr: /error\[usage\].*\n.*cyclonedx-json, spdx-json/ },
    { words: ['scan', 'x', '--platform', '?'], code: 2, stderr: /error\[platform-invalid\]/ },
    { words: ['scan', 'x', '--ca', 'none.pem'], code: 2, stderr: /error\[file-unreadable\]: none.pem cannot be read/ },
    { words: ['explain'], code: 2, stderr: /error\[usage\]: no flaw is named/ },
    { words: ['explain', 'CVE-2024-1', 'a', 'b'], code: 2, stderr: /error\[usage\]: one source is meant/ },
    { words: ['versions', 'roman', 'I', 'II'], code: 2, stderr: /error\[usage\]: there is no version scheme "roman"/ },
    { words: ['db', 'update', '--from', '/none'], code: 2, stderr: /error\[feed-not-found\]: \/none has no feed/ },
    { words: ['scan', 'UPPER'], code: 2, stderr: /error\[reference-invalid\]/ },
    { words: ['scan', 'dir:/none'], code: 2, stderr: /error\[source-not-found\]: \/none is not a folder\n {2}try / },
    { words: ['scan', 'purls:/none'], code: 2, stderr: /error\[file-unreadable\]/ },
  ];
  for (const { words, code, stdout = /^$/, stderr = /^$/ } of mistakes) {
    test(`bulla ${words.join(' ')} → ${code}`, async () => {
      const run = await bulla(words);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stdout, stdout);
      assert.match(run.stderr, stderr);
      // Only defects have stacks.
      assert.doesNotMatch(run.stderr, /\n {4}at |defect of bulla/);
    });
  }

  test('--output writes the result to a file, and nothing to the screen', async () => {
    const folder = newFolder('output');
    const run = await scan(['--json', '--output', join(folder, 'deep/report.json')]);
    assert.deepEqual(run, { code: 0, stdout: '', stderr: '' });
    assert.equal(
      parseReport({ ...run, stdout: readFileSync(join(folder, 'deep/report.json'), 'utf8') }).findings.length,
      4,
    );
    assert.deepEqual(readdirSync(join(folder, 'deep')), ['report.json']);
  });

  test('--output into a place that cannot be written is an error', async () => {
    const run = await scan(['--output', '/dev/null/report.json']);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^bulla: error\[(?!unexpected)/);
  });
});

describe('Settings come from flags, else the environment, else a file', () => {
  let image = '';
  before(() => void (image = writeSmallImage()));

  /** The folder of the database that `db status` looks at. */
  async function databaseOf(args: readonly string[], options: Partial<RunOptions>): Promise<unknown> {
    const run = await bulla(['db', 'status', '--json', ...args], options);
    assert.equal(run.code, 0, run.stderr);
    return (JSON.parse(run.stdout) as { folder: unknown }).folder;
  }

  test('flag > environment > file > default', async () => {
    const cwd = newFolder('precedence');
    const env = { HOME: cwd };
    assert.equal(await databaseOf([], { cwd, env }), join(cwd, '.cache/bulla/database'));
    writeFileSync(join(cwd, 'bulla.yaml'), 'database: /from/file\n');
    assert.equal(await databaseOf([], { cwd, env }), '/from/file');
    const both = { ...env, BULLA_DATABASE: '/from/environment' };
    assert.equal(await databaseOf([], { cwd, env: both }), '/from/environment');
    assert.equal(await databaseOf(['--database', '/from/flag'], { cwd, env: both }), '/from/flag');
  });

  test('--config and BULLA_CONFIG name another file than bulla.yaml', async () => {
    const cwd = newFolder('config');
    writeFileSync(join(cwd, 'bulla.yaml'), 'database: /default\n');
    writeFileSync(join(cwd, 'a.yaml'), 'database: /a\n');
    writeFileSync(join(cwd, 'b.yaml'), 'database: /b\n');
    assert.equal(await databaseOf([], { cwd, env: { BULLA_CONFIG: 'a.yaml' } }), '/a');
    assert.equal(await databaseOf(['--config', 'b.yaml'], { cwd, env: { BULLA_CONFIG: 'a.yaml' } }), '/b');
  });

  const broken = [
    { text: 'databse: /x\n', stderr: /error\[config-unknown\].*"databse"/ },
    { text: 'registry:\n  insecur: [a]\n', stderr: /error\[config-unknown\].*registry.*"insecur"/ },
    { text: 'offline: perhaps\n', stderr: /error\[config-unknown\].*offline/ },
    { text: 'staleAfterHours: -1\n', stderr: /error\[config-unknown\].*staleAfterHours/ },
    { text: 'feeds:\n  osw: https://example.com\n', stderr: /error\[config-unknown\].*feeds/ },
    { text: '- a list\n', stderr: /error\[config-unknown\]/ },
    { text: 'a: [\n', stderr: /error\[config-unreadable\].*is not YAML/ },
  ];
  for (const { text, stderr } of broken) {
    test(`a configuration with ${JSON.stringify(text)} is refused before anything is done`, async () => {
      const cwd = newFolder('broken');
      writeFileSync(join(cwd, 'bulla.yaml'), text);
      const database = join(cwd, 'database');
      const run = await bulla(['scan', image, '--database', database, '--offline'], { cwd });
      assert.equal(run.code, 2);
      assert.equal(run.stdout, '');
      assert.match(run.stderr, stderr);
      assert.equal(existsSync(database), false);
    });
  }

  test('a configuration that was asked for must be there', async () => {
    const run = await bulla(['scan', image, '--config', 'none.yaml', '--offline']);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /error\[config-unreadable\]: none\.yaml cannot be read/);
  });

  test('everything can be set in the environment alone', async () => {
    const cwd = newFolder('environment');
    mkdirSync(join(cwd, 'database'));
    const env = { BULLA_DATABASE: 'database', BULLA_CACHE: 'cache', BULLA_OFFLINE: '1', BULLA_PLATFORM: 'linux/amd64' };
    const run = await bulla(['scan', image], { cwd, env });
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stdout, /there are no advisories for npm here/);
    assert.ok(existsSync(join(cwd, 'cache/last-scan')));
  });
});
