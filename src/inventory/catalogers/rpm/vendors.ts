import { vendorOf } from '#inventory/catalogers/vendor.ts';

/** A package with the vendor that it states. */
export interface Vended {
  readonly name: string;
  readonly version: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly architecture?: string;
  readonly licenses: readonly string[];
  readonly statedVendor?: string;
  readonly module?: string;
  readonly files: readonly string[];
}

/**
 * Names the vendor of each package that is not from the distribution itself. Which distribution that is shows in packages that
 * every system has; Fedora's packages are at home in Fedora and third-party elsewhere (EPEL). Where the distribution is not
 * known, only vendors that are known for it count as third parties.
 */
export function nameVendors(packages: readonly Vended[]): (Vended & { readonly vendor?: string })[] {
  const home = homeOf(packages);
  return packages.map((found) => {
    const stated = found.statedVendor?.trim() ?? '';
    if (home !== undefined && familyOf(stated) === home) return found;
    const known = vendorOf(found.version, stated);
    if (home === undefined) return { ...found, vendor: known };
    // Distributions build everything on machines that state the vendor.
    return { ...found, vendor: known ?? (stated === '' ? 'unknown' : stated) };
  });
}

/** What the vendor tags of a distribution begin with. */
const families: readonly { readonly id: string; readonly vendors: RegExp }[] = [
  { id: 'almalinux', vendors: /^(?:almalinux|cloudlinux)/i },
  { id: 'amzn', vendors: /^amazon(?: linux|\.com| web services| aws)/i },
  { id: 'anolis', vendors: /^(?:openanolis|anolis|alibaba cloud)/i },
  { id: 'azurelinux', vendors: /^microsoft corporation/i },
  { id: 'centos', vendors: /^centos/i },
  { id: 'eurolinux', vendors: /^eurolinux/i },
  { id: 'fedora', vendors: /^fedora(?: project)?\b/i },
  { id: 'mageia', vendors: /^mageia/i },
  { id: 'miraclelinux', vendors: /^cybertrust japan/i },
  { id: 'ol', vendors: /^oracle america/i },
  { id: 'openEuler', vendors: /^(?:https?:\/\/)?(?:www\.)?openeuler/i },
  { id: 'openmandriva', vendors: /^openmandriva/i },
  { id: 'photon', vendors: /^vmware/i },
  { id: 'rhel', vendors: /^red hat\b/i },
  { id: 'rocky', vendors: /^rocky\b/i },
  { id: 'scientific', vendors: /^scientific linux/i },
  { id: 'suse', vendors: /^(?:opensuse|suse)\b/i },
  { id: 'tencentos', vendors: /^tencent/i },
];

/** Packages that come from the distribution, whoever built the rest. */
const foundations = ['filesystem', 'glibc', 'setup', 'basesystem', 'bash', 'coreutils', 'rpm'];

function homeOf(packages: readonly Vended[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { name, statedVendor = '' } of packages) {
    const family = familyOf(statedVendor.trim());
    if (family === undefined) continue;
    const weight = foundations.includes(name) ? packages.length : 1;
    counts.set(family, (counts.get(family) ?? 0) + weight);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function familyOf(vendor: string): string | undefined {
  return families.find(({ vendors }) => vendors.test(vendor))?.id;
}
