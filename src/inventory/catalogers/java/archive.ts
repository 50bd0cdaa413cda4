import type { RandomAccess } from '#kit/bytes.ts';
import { openEntry } from '#kit/zip/content.ts';
import { readDirectory, type ZipEntry } from '#kit/zip/directory.ts';
import type { FoundPackage, Reading } from '#inventory/cataloger.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { identify, type Artifact } from './identity.ts';
import { archiveLimits } from './limits.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { coordinate, readPomProperties, readPomXml, type Pom } from './pom.ts';

/** What is found while an archive and all archives in it are read, and how much that took. */
interface Walk {
  readonly packages: FoundPackage[];
  readonly problems: string[];
  archives: number;
  /** Bytes of the archives that were decompressed. */
  bytes: number;
  /** Bytes of manifests and poms. */
  texts: number;
}

/**
 * Reads a Java archive, and the archives in it. Of each only the directory and the few entries are read that say which artifact
 * it is; archives inside that are stored as they are, as Spring Boot does, cost no copy.
 * @param path the archive's path in the image
 */
export function readArchive(content: RandomAccess, path: string): Reading {
  const walk: Walk = { packages: [], problems: [], archives: 0, bytes: 0, texts: 0 };
  visit(content, path, [], walk);
  const [first, ...others] = walk.packages;
  return {
    packages: first === undefined ? [] : [{ ...first, files: [path] }, ...others],
    problems: walk.problems,
  };
}

/** @param inside the way from the outermost archive to this one */
function visit(archive: RandomAccess, path: string, inside: readonly string[], walk: Walk): void {
  const tell = (problem: string, name?: string): void => {
    if (walk.problems.length >= archiveLimits.problems) return;
    const place = [...inside, ...(name === undefined ? [] : [name])].join('!/');
    if (walk.problems.length < archiveLimits.problems)
      walk.problems.push(place === '' ? problem : `${place}: ${problem}`);
  };
  const { entries, problem } = readDirectory(archive, archiveLimits);
  if (problem !== undefined) tell(problem);
  const parts = sortEntries(entries);
  if (parts.hasLongName) tell('an archive in it has a name that is too long');
  const text = (entry: ZipEntry, most: number): string => {
    walk.texts += Math.min(entry.size, most);
    if (walk.texts >= archiveLimits.totalTextBytes) {
      tell(tooLarge, entry.name);
      return '';
    }
    const opened = openEntry(archive, entry, most);
    if (opened.bytes === undefined) tell(opened.problem, entry.name);
    return opened.bytes?.read(0, most).toString('utf8') ?? '';
  };
  const manifest: Manifest = readManifest(
    parts.manifest === undefined ? '' : text(parts.manifest, archiveLimits.manifestBytes),
  );
  const poms = [...parts.poms.values()].map((files) => readPom(files, (entry) => text(entry, archiveLimits.pomBytes)));
  const artifacts = isForPeople(path)
    ? []
    : identify({ path, manifest, poms, packages: parts.packages }).filter(
        ({ group }) => group !== undefined || !isGenerated(path),
      );
  for (const artifact of artifacts.slice(0, inventoryLimits.packagesPerFile - walk.packages.length)) {
    walk.packages.push(packageOf(artifact, inside));
  }
  if (artifacts.length === 0 && parts.nested.length === 0 && parts.packages.size > 0 && !isGenerated(path))
    tell('it has classes, and nothing says of which package');
  for (const entry of parts.nested) {
    const stop = reasonToStop(inside.length, walk);
    if (stop !== undefined) return tell(stop);
    walk.archives++;
    walk.bytes += entry.method === 0 ? 0 : Math.min(entry.size, archiveLimits.nestedBytes);
    const opened = openEntry(archive, entry, archiveLimits.nestedBytes);
    if (opened.bytes === undefined) tell(opened.problem, entry.name);
    else if (isZip(opened.bytes)) visit(opened.bytes, entry.name, [...inside, entry.name], walk);
    else if (/\.[jw]ar$/i.test(entry.name) && opened.bytes.size > 0) tell('it is not a zip archive', entry.name);
  }
}

const tooLarge = 'what is in it becomes too large';

/** So many archives, or so much in them, that it was made to harm. */
function reasonToStop(depth: number, walk: Walk): string | undefined {
  if (depth >= archiveLimits.depth) return 'it has archives in archives in archives, too many to be read';
  if (walk.archives >= archiveLimits.archives) return 'it has too many archives';
  if (walk.bytes >= archiveLimits.totalBytes) return tooLarge;
  if (walk.packages.length >= inventoryLimits.packagesPerFile) return 'it names too many packages';
  return undefined;
}

interface Parts {
  manifest?: ZipEntry;
  /** What Maven left of each artifact, by the folder of the two files. */
  readonly poms: Map<string, PomFiles>;
  readonly nested: ZipEntry[];
  readonly packages: Set<string>;
  /** Whether an archive in it has a name that is too long to be dealt with. */
  hasLongName: boolean;
}

interface PomFiles {
  readonly group: string;
  readonly name: string;
  properties?: ZipEntry;
  xml?: ZipEntry;
}

const nestedName = /\.(?:jar|war|ear|jpi|hpi|par|kar|nar|sar|rar)$/i;
const pomName = /(?:^|\/)META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.(properties|xml)$/;

function sortEntries(entries: readonly ZipEntry[]): Parts {
  const parts: Parts = { poms: new Map(), nested: [], packages: new Set(), hasLongName: false };
  for (const entry of entries) {
    const { name } = entry;
    if (name.length > archiveLimits.nameCharacters) parts.hasLongName ||= nestedName.test(name);
    else if (name.endsWith('.class')) {
      // META-INF/versions/9/com/example/A.class
      const path = name.startsWith('META-INF/') ? '' : name.replace(/^(?:BOOT-INF|WEB-INF)\/classes\//, '');
      const second = path.indexOf('/', path.indexOf('/') + 1);
      if (path.includes('/')) parts.packages.add(path.slice(0, second < 0 ? path.indexOf('/') : second));
      else if (path !== '' && path !== 'module-info.class') parts.packages.add('');
    } else if (nestedName.test(name)) parts.nested.push(entry);
    else if (name.length === 20 && name.toUpperCase() === 'META-INF/MANIFEST.MF') parts.manifest ??= entry;
    else if (name.endsWith('/pom.properties') || name.endsWith('/pom.xml')) addPom(parts.poms, entry);
  }
  return parts;
}

function addPom(poms: Parts['poms'], entry: ZipEntry): void {
  const [, group = '', name = '', kind] = pomName.exec(entry.name) ?? [];
  if (kind === undefined || poms.size >= inventoryLimits.packagesPerFile) return;
  const key = entry.name.slice(0, -kind.length);
  const files = poms.get(key) ?? { group, name };
  if (kind === 'xml') files.xml ??= entry;
  else files.properties ??= entry;
  poms.set(key, files);
}

/** The folder has the coordinates too, and `pom.xml` the licences. */
function readPom({ group, name, properties, xml }: PomFiles, text: (entry: ZipEntry, most: number) => string): Pom {
  const short =
    properties === undefined ? undefined : readPomProperties(text(properties, archiveLimits.propertiesBytes));
  const long = xml === undefined ? undefined : readPomXml(text(xml, archiveLimits.pomBytes));
  return {
    group: short?.group ?? long?.group ?? coordinate(group),
    name: short?.name ?? long?.name ?? coordinate(name),
    version: short?.version ?? long?.version,
    licenses: long?.licenses ?? [],
  };
}

function packageOf({ group, name, version, licenses }: Artifact, inside: readonly string[]): FoundPackage {
  return {
    type: 'maven',
    name: group === undefined ? name : `${group}:${name}`,
    version,
    licenses,
    inside: inside.length === 0 ? undefined : inside.join('!/'),
  };
}

/** Source code and documentation, which nothing runs. */
function isForPeople(path: string): boolean {
  return /-(?:sources|javadoc)\.jar$/.test(path);
}

/** Archives that builds and runtimes make without a version: code of the application, of Quarkus, of Gradle, of Java itself. */
function isGenerated(path: string): boolean {
  return /(?:^|\/)(?:generated-bytecode|transformed-bytecode|quarkus-run|gradle-wrapper|jrt-fs)\.jar$/.test(path);
}

function isZip(bytes: RandomAccess): boolean {
  const head = bytes.read(0, 4);
  return head.length === 4 && [0x504b0304, 0x504b0506].includes(head.readUInt32BE(0));
}
