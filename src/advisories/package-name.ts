/**
 * The form of a package's name under which advisories are kept and looked up. Registries that take several spellings for one
 * package would otherwise hide its advisories.
 */
export function lookupName(ecosystem: string, name: string): string {
  switch (ecosystem) {
    case 'PyPI':
      // PEP 503: runs of hyphens, underscores and dots are one hyphen, and case does not matter.
      return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
    case 'NuGet':
    case 'Packagist':
      return name.toLowerCase();
    default:
      return name;
  }
}
