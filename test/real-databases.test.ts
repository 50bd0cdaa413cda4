import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { unzip } from '#kit/zip/testing.ts';
import { missingData, newFolder, realData } from '#kit/testing.ts';
import { bulla, command, missingPrograms } from './bulla.ts';

const archive = 'images/package-databases.zip';
const skip = missingData(archive) ?? false;

interface Kind {
  readonly name: string;
  /** Which files of the archive are such databases. */
  readonly is: RegExp;
  /** Where it lies in an image. */
  readonly path: string;
  readonly system: string;
  /** `NAME VERSION` of every package that is installed, told by simpler means than ours. */
  readonly packages: (content: Buffer) => Promise<readonly string[]> | readonly string[];
  readonly needs?: string;
}

const kinds: readonly Kind[] = [
  {
    name: 'dpkg',
    is: /claircore\/dpkg\/testdata\/.*\.status$|\/os\/dpkg\/testdata\/dpkg\/[a-z_]+$/,
    path: 'var/lib/dpkg/status',
    system: 'ID=debian\nVERSION_ID="12"\n',
    packages: installedParagraphs,
  },
  {
    name: 'dpkg of distroless images',
    is: /\/dpkg\/status\.d\/foo$/,
    path: 'var/lib/dpkg/status.d/foo',
    system: 'ID=debian\nVERSION_ID="12"\n',
    packages: installedParagraphs,
  },
  {
    name: 'opkg',
    is: /\/os\/dpkg\/testdata\/opkg\/[a-z_]+$/,
    path: 'usr/lib/opkg/status',
    system: 'ID=openwrt\nVERSION_ID="22.03.3"\n',
    packages: installedParagraphs,
  },
  {
    name: 'apk',
    is: /\/os\/apk\/testdata\/[a-z-]+$/,
    path: 'lib/apk/db/installed',
    system: 'ID=alpine\nVERSION_ID=3.16.2\n',
    packages: (content) => paragraphs(content).flatMap((text) => pair(field(text, 'P'), field(text, 'V'))),
  },
  {
    name: 'rpm',
    is: /\/os\/rpm\/testdata\/Packages_epoch$/,
    path: 'var/lib/rpm/Packages',
    system: 'ID=centos\nVERSION_ID="7"\n',
    packages: listedByRpm,
    needs: 'rpm',
  },
];

describe('Every package of real databases is found, and none besides', { skip, concurrency: 2 }, () => {
  const files = skip === false ? unzip(readFileSync(join(realData, archive))) : new Map<string, Buffer>();
  for (const { name, is, path, system, packages, needs } of kinds) {
    const databases = [...files].filter(([file]) => is.test(file));
    test(`${name}: the archive has some`, () => assert.ok(databases.length > 0));
    for (const [file, content] of databases) {
      test(`${name}: ${file}`, async (t) => {
        const missing = needs === undefined ? undefined : await missingPrograms(needs);
        if (missing !== undefined) return t.skip(missing);
        const root = newFolder('root');
        put(root, 'etc/os-release', system);
        put(root, path, content);
        const expected = (await packages(content)).toSorted();
        const run = await bulla(['sbom', `dir:${root}`]);
        // Some of them are broken on purpose, or empty: then what is whole is found, and that it is not all is said.
        assert.equal(run.code, expected.length > 0 && isWhole(content) ? 0 : 3, run.stderr);
        assert.deepEqual(componentsOf(run.stdout), expected);
      });
    }
  }
});

function put(root: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** `NAME VERSION` of the packages of a CycloneDX document; the system itself has no package URL. */
function componentsOf(document: string): string[] {
  // Our own format, whose fields this test checks by using them.
  const { components = [] } = JSON.parse(document) as {
    components?: readonly { readonly name: string; readonly version: string; readonly purl?: string }[];
  };
  return components
    .filter(({ purl }) => purl !== undefined)
    .map(({ name, version }) => `${name} ${version}`)
    .toSorted();
}

function paragraphs(content: Buffer): string[] {
  return content.toString().split(/\n[ \t]*\n/);
}

function field(paragraph: string, name: string): string | undefined {
  const line = paragraph.split('\n').find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

function pair(name: string | undefined, version: string | undefined): string[] {
  return name === undefined || version === undefined ? [] : [`${name} ${version}`];
}

const absent = ['not-installed', 'config-files', 'half-installed'];

function installedParagraphs(content: Buffer): string[] {
  return paragraphs(content)
    .filter((text) => !absent.some((state) => field(text, 'Status')?.endsWith(` ${state}`)))
    .flatMap((text) => pair(field(text, 'Package'), field(text, 'Version')));
}

/** Whether every paragraph of a text has a name and a version; other databases are. */
function isWhole(content: Buffer): boolean {
  if (content.includes(0)) return true;
  return paragraphs(content)
    .filter((text) => text.trim() !== '')
    .every((text) => /^(?:Package|P):/m.test(text) && /^(?:Version|V):/m.test(text));
}

async function listedByRpm(content: Buffer): Promise<string[]> {
  const folder = newFolder('rpm');
  writeFileSync(join(folder, 'Packages'), content);
  const format = '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n';
  const backend = ['--define', '_db_backend bdb_ro'];
  const { stdout } = await command('rpm', ['--dbpath', folder, ...backend, '-qa', '--queryformat', format]);
  return stdout.trim().split('\n');
}
