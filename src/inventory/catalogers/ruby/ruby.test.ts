import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAs, wants } from '#inventory/catalogers/testing.ts';
import { ruby } from './cataloger.ts';

const home = 'usr/local/lib/ruby/gems/3.3.0';

function gemspec(lines: readonly string[], stub = 'bcrypt 3.1.20 ruby lib'): string {
  const body = lines.map((line) => `  s.${line}\n`).join('');
  return `# -*- encoding: utf-8 -*-\n# stub: ${stub}\n\nGem::Specification.new do |s|\n${body}end\n`;
}

test('ruby reads a generated specification, and claims the folder and the programs of the gem', async () => {
  const text = gemspec([
    'name = "rake".freeze',
    'version = "13.2.1".freeze',
    '',
    'required_rubygems_version = Gem::Requirement.new(">= 1.3.2".freeze) if s.respond_to? :required_rubygems_version=',
    'description = "It says:\\n  s.version = \\"9.9\\"".freeze',
    'executables = ["rake".freeze]',
    'licenses = ["MIT".freeze, "Ruby".freeze]',
    'add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze])',
  ]);
  assert.deepEqual(await readAs(ruby, `${home}/specifications/rake-13.2.1.gemspec`, text), {
    packages: [
      {
        type: 'gem',
        name: 'rake',
        version: '13.2.1',
        architecture: undefined,
        licenses: ['MIT', 'Ruby'],
        keys: [`${home}:rake-13.2.1`],
        files: [`${home}/gems/rake-13.2.1/`, `${home}/bin/rake`, 'usr/local/bin/rake'],
      },
    ],
  });
});

test('ruby: the folder of a gem for one platform is named after it', async () => {
  const text = gemspec(['name = "nokogiri".freeze', 'version = "1.16.5"', 'platform = "x86_64-linux".freeze']);
  const { packages } = await readAs(ruby, 'bundle/specifications/nokogiri-1.16.5-x86_64-linux.gemspec', text);
  assert.equal(packages?.[0]?.architecture, 'x86_64-linux');
  assert.deepEqual(packages?.[0]?.files, ['bundle/gems/nokogiri-1.16.5-x86_64-linux/']);
});

test('ruby: extensions that were built belong to their gem', async () => {
  const path = `${home}/extensions/x86_64-linux/3.3.0/bcrypt-3.1.20/gem.build_complete`;
  assert.deepEqual(await readAs(ruby, path, ''), {
    adds: [{ key: `${home}:bcrypt-3.1.20`, files: [`${home}/extensions/x86_64-linux/3.3.0/bcrypt-3.1.20/`] }],
  });
});

const spellings = [
  { what: 'old quotes', lines: ['name = %q{rake}', 'version = "0.8.7"'], expected: 'rake 0.8.7' },
  { what: 'a version object', lines: ["name = 'a'", 'version = Gem::Version.new("1.2.3")'], expected: 'a 1.2.3' },
  { what: 'values that are computed', lines: ['name = NAME', 'version = Foo::VERSION'], expected: 'bcrypt 3.1.20' },
  { what: 'another name for the block', lines: [], expected: 'bcrypt 3.1.20' },
];

for (const { what, lines, expected } of spellings) {
  test(`ruby reads ${what}`, async () => {
    const { packages } = await readAs(ruby, 'var/lib/gems/specifications/x.gemspec', gemspec(lines));
    assert.equal(`${packages?.[0]?.name} ${packages?.[0]?.version}`, expected);
  });
}

test('ruby wants installed specifications only', () => {
  assert.ok(wants(ruby, `${home}/specifications/default/json-2.7.1.gemspec`));
  assert.ok(wants(ruby, 'usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec'));
  assert.ok(!wants(ruby, `${home}/gems/json-2.7.1/json.gemspec`));
  assert.ok(!wants(ruby, `${home}/cache/json-2.7.1.gem`));
  assert.ok(!wants(ruby, 'app/Gemfile.lock'));
});

test('ruby: what names no gem is a problem', async () => {
  const read = async (text: string) => (await readAs(ruby, 'gems/specifications/a-1.gemspec', text)).problems;
  assert.deepEqual(await read(''), ['it names no gem']);
  assert.deepEqual(await read('\0\0\0'), ['it names no gem']);
  assert.deepEqual(await read('  s.name = "a"\n'), ['gem a has no version']);
});

test('ruby: any text gives an answer', async () => {
  const piece = fc.constantFrom(
    's.name = ',
    's.version = ',
    's.licenses = ',
    '"',
    "'",
    '\\',
    '%q{',
    '}',
    '[',
    'a',
    '\n',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const { packages = [], problems = [] } = await readAs(ruby, 'gems/specifications/a-1.gemspec', content);
      assert.equal(packages.length + problems.length, 1);
    }),
  );
});

test('ruby reads literals without end in a time that grows with their length alone', async () => {
  const text = `  s.name = ${'"\\'.repeat(500_000)}\n  s.version = ${'%q{'.repeat(300_000)}\n`;
  const start = performance.now();
  await readAs(ruby, 'gems/specifications/a-1.gemspec', text);
  assert.ok(performance.now() - start < 2000);
});
