import type { Finding } from '#findings/finding.ts';

/** What can be done about a finding, as one sentence; where there is nothing to be done, why. */
export function recommend({ fix, kind, package: pkg }: Pick<Finding, 'fix' | 'kind' | 'package'>): string {
  const { name, source } = pkg;
  if (fix.state === 'fixed') {
    const versions = fix.versions.join(' or ');
    // A distribution's package is corrected in the version of the source that it is built from.
    if (source !== undefined && source.name !== name)
      return `Upgrade ${name} to a build of ${source.name} ${versions} or later.`;
    return `Upgrade ${name} to ${versions} or later.`;
  }
  if (kind === 'malware') return `Remove ${name}: it is malicious.`;
  return `${unfixed[fix.state]}${fix.note === undefined ? '' : `: ${fix.note}`}.`;
}

const unfixed = {
  'not-fixed': 'There is no corrected version yet',
  'wont-fix': 'The distribution will not correct it',
  deferred: 'The distribution has put off its correction',
  undetermined: 'No advisory says which version is corrected',
} as const;
