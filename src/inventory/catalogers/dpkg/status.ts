import type { FoundPackage, Reading } from '#inventory/cataloger.ts';
import { readParagraphs, type Paragraph } from '#inventory/catalogers/deb822.ts';
import { vendorOf } from '#inventory/catalogers/vendor.ts';
import { inventoryLimits } from '#inventory/limits.ts';

/** The scripts of a package, which dpkg keeps beside its database. */
const scripts = ['preinst', 'postinst', 'prerm', 'postrm', 'config'] as const;

/** Programs among configuration files, which distroless images keep but their checksums leave out. */
const programsInConfiguration: ReadonlyMap<string, string> = new Map([['base-files', 'etc/update-motd.d/10-uname']]);

/** Reads the paragraphs of `status`, or the one of a file in `status.d`. */
export function readStatus(text: string, type: 'deb' | 'opkg'): Reading {
  const packages: FoundPackage[] = [];
  const problems: string[] = [];
  for (const paragraph of readParagraphs(text)) {
    if (!isInstalled(paragraph)) continue;
    const name = paragraph.get('package');
    const version = paragraph.get('version');
    if (packages.length >= inventoryLimits.packagesPerFile)
      return { packages, problems: ['it names too many packages'] };
    if (name === undefined || name === '') problems.push('a paragraph has no Package field');
    else if (version === undefined || version === '') problems.push(`package ${name} has no version`);
    else packages.push(packageOf(type, name, version, paragraph));
  }
  if (packages.length === 0 && problems.length === 0 && text.trim() !== '') problems.push('it names no package');
  return { packages, problems };
}

/** `Status` is what is wanted, a flag, and what is: whatever has its files unpacked counts. */
function isInstalled(paragraph: Paragraph): boolean {
  const state = paragraph.get('status')?.split(' ')[2];
  return state === undefined || !['not-installed', 'config-files', 'half-installed'].includes(state);
}

function packageOf(type: 'deb' | 'opkg', name: string, version: string, paragraph: Paragraph): FoundPackage {
  const architecture = paragraph.get('architecture');
  const licenses = paragraph.get('license');
  // Packages that may be installed for several architectures have it in the names of their files.
  const keys = architecture === undefined ? [name] : [`${name}:${architecture}`, name];
  return {
    type,
    name,
    version,
    source: sourceOf(name, paragraph),
    architecture,
    // Only opkg states licences here.
    licenses: licenses === undefined ? undefined : [licenses],
    vendor: vendorOf(version, paragraph.get('maintainer'), paragraph.get('origin')),
    keys,
    files: type === 'deb' ? [...scriptsOf(keys), programsInConfiguration.get(name) ?? []].flat() : undefined,
  };
}

function scriptsOf(keys: readonly string[]): string[] {
  return keys.flatMap((key) => scripts.map((script) => `var/lib/dpkg/info/${key}.${script}`));
}

/** `Source: name (version)`, where both name and version are only stated if they differ from the package's own. */
function sourceOf(name: string, paragraph: Paragraph): FoundPackage['source'] {
  const [, source = name, version] = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(paragraph.get('source') ?? '') ?? [];
  return { name: source, version };
}
