import type { GapCode } from '#inventory/coverage.ts';

/** What a notification is about, and what can be done about it. */
export interface NotificationKind {
  readonly name: string;
  readonly about: string;
  readonly help: string;
}

/** Every gap, and what else a run says of itself. */
export const notificationKinds: Readonly<Record<GapCode | 'results-left-out' | 'note', NotificationKind>> = {
  'no-packages': {
    name: 'NoPackages',
    about: 'No package was found in the image.',
    help: 'Nothing can be said about an image without packages. Build it so that it keeps the database of its packages.',
  },
  'distribution-unknown': {
    name: 'DistributionUnknown',
    about: 'Which distribution the packages belong to is unknown.',
    help: 'Keep etc/os-release in the image; without it no advisories can be chosen.',
  },
  'files-unread': {
    name: 'FilesUnread',
    about: 'Places that may tell of packages could not be read.',
    help: 'Look at the files that are named: they may be damaged, or in a form that is not known yet.',
  },
  'layers-absent': {
    name: 'LayersAbsent',
    about: 'Layers of the image are not in its registry.',
    help: 'Push the image with all of its layers.',
  },
  'executables-unknown': {
    name: 'ExecutablesUnknown',
    about: 'There are programs that belong to no package and do not say all that is in them.',
    help: 'Install programs as packages; what was copied by hand cannot be judged.',
  },
  'distribution-unsupported': {
    name: 'DistributionUnsupported',
    about: 'There are no advisories for the distribution of the image.',
    help: 'Use a base image of a distribution that publishes advisories.',
  },
  'distribution-end-of-life': {
    name: 'DistributionEndOfLife',
    about: 'The distribution of the image is past its end of life.',
    help: 'Use a base image of a release that is supported: new flaws of this one are no longer published.',
  },
  'advisories-missing': {
    name: 'AdvisoriesMissing',
    about: 'Advisories for packages of the image are not in the local database.',
    help: 'Update the database, with the ecosystems that the message names.',
  },
  'advisories-stale': {
    name: 'AdvisoriesStale',
    about: 'The advisories in the local database are old.',
    help: 'Update the database.',
  },
  'versions-undetermined': {
    name: 'VersionsUndetermined',
    about: 'Versions of packages could not be compared with those of advisories.',
    help: 'Build programs so that they carry their version; look at the packages that are named by hand.',
  },
  'packages-third-party': {
    name: 'PackagesThirdParty',
    about: 'Packages come from others than the distribution.',
    help: 'Look for the advisories of whoever distributes them.',
  },
  'results-left-out': {
    name: 'ResultsLeftOut',
    about: 'There are more findings than a log may have.',
    help: 'Look at the report in another format, or only at severe findings.',
  },
  note: {
    name: 'Note',
    about: 'A remark on how to read the results.',
    help: 'Nothing has to be done.',
  },
};
