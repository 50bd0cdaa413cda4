import { isBundleVersionOf } from './bundle-version.ts';
import { parseFileName, type FileName } from './file-name.ts';
import { knownArtifact } from './known-artifact.ts';
import { attributeOf, licensesIn, type Manifest } from './manifest.ts';
import type { Pom } from './pom.ts';

/** An artifact that an archive is, or has the classes of. */
export interface Artifact {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}

/** All that an archive says of itself. */
export interface Evidence {
  /** Its path, in the image or in the archive around it. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly poms: readonly Pom[];
  /** Packages of its classes, two levels of each, with slashes. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Which artifacts are in an archive: first the archive's own, then those that were shaded into it.
 *
 * Maven's own files are believed first. Where none is about the archive itself, its place in a Maven repository tells, then the
 * manifest, and the file name last, except where it has the same version more exactly: manifests often round it. A group is never
 * guessed: an archive of an unknown one has only its artifact's name.
 */
export function identify(evidence: Evidence): Artifact[] {
  const poms = evidence.poms.map(artifactOf).filter((artifact) => artifact !== undefined);
  const file = parseFileName(
    evidence.path.slice(evidence.path.lastIndexOf('/') + 1),
    statedVersions(evidence.manifest),
  );
  const own = deriveArtifact(evidence, file);
  const isOwn = (artifact: Artifact): boolean => isSameArtifact(artifact, own, file, poms.length === 1);
  const ownPom = poms.find(isOwn);
  const others = poms.filter((artifact) => artifact !== ownPom);
  const first = ownPom ?? own;
  return first === undefined ? others : [withLicenses(first, evidence.manifest), ...others];
}

function artifactOf({ group, name, version, licenses }: Pom): Artifact | undefined {
  return group === undefined || name === undefined || version === undefined
    ? undefined
    : { group, name, version, licenses };
}

/** Whether what Maven says is about the archive itself rather than about something that was shaded into it. */
function isSameArtifact(pom: Artifact, own: Artifact | undefined, file: FileName, isOnly: boolean): boolean {
  if (pom.name === file.name || pom.name === own?.name || file.name.startsWith(`${pom.name}-`)) return true;
  if (!isOnly) return false;
  // A single one in an archive that was renamed.
  return own === undefined || own.version === pom.version || isBundleVersionOf(own.version, pom.version);
}

function withLicenses(artifact: Artifact, manifest: Manifest): Artifact {
  return artifact.licenses.length > 0 ? artifact : { ...artifact, licenses: licensesIn(manifest) };
}

function deriveArtifact(evidence: Evidence, file: FileName): Artifact | undefined {
  const { path, manifest, packages } = evidence;
  const exact = fromRepository(path) ?? fromJenkins(manifest);
  if (exact !== undefined) return exact;
  const version = versionOf(manifest, file);
  if (version === undefined) return undefined;
  const names = namesOf(manifest, file);
  for (const name of names) {
    const known = knownArtifact(name, version, packages);
    if (known !== undefined) return { ...known, version, licenses: [] };
  }
  return { name: names[0] ?? file.name, version, licenses: [] };
}

/** A version as it may stand in a manifest: some have words behind it, or a placeholder that was never filled in. */
function versionIn(manifest: Manifest, attribute: string): string | undefined {
  return /^v?(\d[\w.+~-]*)(?=\s|$)/.exec(attributeOf(manifest, attribute) ?? '')?.[1];
}

function statedVersions(manifest: Manifest): string[] {
  const attributes = ['implementation-version', 'bundle-version', 'specification-version'];
  return attributes.map((name) => versionIn(manifest, name)).filter((version) => version !== undefined);
}

function versionOf(manifest: Manifest, { version }: FileName): string | undefined {
  const stated = versionIn(manifest, 'implementation-version');
  if (stated === undefined || isMoreExact(version, stated)) {
    return version ?? stated ?? versionIn(manifest, 'bundle-version') ?? versionIn(manifest, 'specification-version');
  }
  return stated;
}

/** Whether a file name says the version of the manifest and more: 2.14.1 where the manifest has 2.14. */
function isMoreExact(version: string | undefined, stated: string): boolean {
  return version?.startsWith(stated) === true && /^[.-]/.test(version.slice(stated.length));
}

/** Names that the artifact may have, the likeliest first; none of prose, as many titles are. */
function namesOf(manifest: Manifest, file: FileName): string[] {
  const title = attributeOf(manifest, 'implementation-title');
  const module = attributeOf(manifest, 'automatic-module-name')?.replaceAll('.', '-');
  const others = [attributeOf(manifest, 'bundle-symbolicname'), module];
  // Builds put the version into names of files; a file without one may be called anything.
  const likeliest = file.version === undefined ? [title, file.name] : [file.name, title];
  return [...likeliest, ...others].filter((name) => name !== undefined && /^[a-z][\w.-]*$/i.test(name)) as string[];
}

/** `…/repository/GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION.jar` */
const inMavenRepository = /^(?:.*\/)?(?:repository|maven-repo)\/(.+)\/([^/]+)\/(\d[^/]*)\/([^/]+)$/;

/** `…/files-2.1/GROUP/ARTIFACT/VERSION/HASH/ARTIFACT-VERSION.jar` */
const inGradleCache = /(?:^|\/)files-2\.1\/([^/]+)\/([^/]+)\/(\d[^/]*)\/[0-9a-f]{30,40}\/([^/]+)$/;

/** Characters of a path that is looked at. */
const mostCharacters = 1024;

function fromRepository(path: string): Artifact | undefined {
  const parts = path.length > mostCharacters ? undefined : (inGradleCache.exec(path) ?? inMavenRepository.exec(path));
  const [, folders = '', name = '', version = '', file = ''] = parts ?? [];
  const group = folders.replaceAll('/', '.');
  const isConsistent = /^[\w-][\w.-]*$/.test(group) && file.startsWith(`${name}-${version}`);
  return isConsistent ? { group, name, version, licenses: [] } : undefined;
}

/** Plugins of Jenkins name their coordinates in attributes of their own. */
function fromJenkins(manifest: Manifest): Artifact | undefined {
  const group = attributeOf(manifest, 'group-id');
  const name = attributeOf(manifest, 'short-name') ?? attributeOf(manifest, 'extension-name');
  const version = versionIn(manifest, 'plugin-version');
  if (group === undefined || name === undefined || version === undefined) return undefined;
  return { group, name, version, licenses: [] };
}
