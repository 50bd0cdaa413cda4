/**
 * Whether a version of OSGi stands for this version of Maven: OSGi has always three numbers and a dot before the qualifier, so
 * that `31.1-jre` is `31.1.0.jre` there.
 */
export function isBundleVersionOf(bundleVersion: string, version: string): boolean {
  return normalised(bundleVersion) === normalised(version);
}

function normalised(version: string): string {
  const [, numbers = '', qualifier = ''] = /^(\d+(?:\.\d+){0,2})(.*)$/.exec(version) ?? [undefined, '', version];
  const padded = [...numbers.split('.'), '0', '0'].slice(0, 3).map(Number).join('.');
  return `${padded}.${qualifier.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()}`;
}
