import type { SchemeName } from '#versions/index.ts';
import type { FeedPlace } from './places.ts';

interface DistributionRule {
  readonly scheme: SchemeName;
  readonly places: readonly FeedPlace[];
  /** Whether advisories name source packages rather than those that are installed. */
  readonly bySource: boolean;
  readonly note?: string;
}

/** By the release, and whether the image takes packages from Ubuntu's paid archive. */
type Rule = (version: string, ubuntuPro: boolean) => DistributionRule;

const errataOnly = 'the advisories list corrected issues only; what has no correction yet is not in them';

function main(part: string, ecosystem: string): FeedPlace {
  return { feed: 'osv', part, ecosystem, role: 'main' };
}

/** The repositories of RHEL whose advisories are tagged one by one. */
const redHatRepositories = [
  'baseos',
  'appstream',
  'crb',
  'highavailability',
  'resilientstorage',
  'rt',
  'nfv',
  'sap',
  'sap_hana',
];
const suseModules = [
  'Basesystem',
  'Server Applications',
  'Containers',
  'Development Tools',
  'Python 3',
  'Web and Scripting',
  'Legacy',
];

/** How each distribution's advisories are looked up, by the ID of os-release(5). To add one, name it here. */
export const distributionRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'debian',
    (version) => ({
      scheme: 'dpkg',
      bySource: true,
      places: [
        main('Debian', `Debian:${version}`),
        { feed: 'debian-tracker', part: '', ecosystem: `Debian:${version}`, role: 'overlay' },
      ],
    }),
  ],
  [
    'ubuntu',
    (version, ubuntuPro) => {
      // Every second April's release is supported for long, and says so in its ecosystem.
      const release = /^\d[02468]\.04$/.test(version) ? `${version}:LTS` : version;
      const pro = ubuntuPro ? [{ ...main('Ubuntu', `Ubuntu:Pro:${release}`), role: 'overlay' as const }] : [];
      return { scheme: 'dpkg', bySource: true, places: [main('Ubuntu', `Ubuntu:${release}`), ...pro] };
    },
  ],
  [
    'alpine',
    (version) => {
      const branch = version === 'edge' ? 'edge' : `v${version}`;
      return {
        scheme: 'apk',
        bySource: true,
        places: [
          { feed: 'alpine-secdb', part: branch, ecosystem: `Alpine:${branch}`, role: 'main' },
          { feed: 'osv', part: 'Alpine', ecosystem: `Alpine:${branch}`, role: 'fallback' },
        ],
      };
    },
  ],
  [
    'almalinux',
    (version) => ({
      scheme: 'rpm',
      bySource: false,
      note: errataOnly,
      places: [main('AlmaLinux', `AlmaLinux:${version}`)],
    }),
  ],
  [
    'rocky',
    (version) => ({
      scheme: 'rpm',
      bySource: true,
      note: errataOnly,
      places: [main('Rocky Linux', `Rocky Linux:${version}`)],
    }),
  ],
  ['rhel', redHat],
  [
    'sles',
    (version) => {
      const [major = '', pack = '0'] = version.split('.');
      const release = pack === '0' ? major : `${major} SP${pack}`;
      const products = ['Server', ...suseModules.map((module) => `Module for ${module}`)];
      return {
        scheme: 'rpm',
        bySource: true,
        note: errataOnly,
        places: products.map((product) => main('SUSE', `SUSE:Linux Enterprise ${product} ${release}`)),
      };
    },
  ],
  [
    'opensuse-leap',
    (version) => ({
      scheme: 'rpm',
      bySource: true,
      note: errataOnly,
      places: [main('openSUSE', `openSUSE:Leap ${version}`)],
    }),
  ],
  [
    'opensuse-tumbleweed',
    () => ({ scheme: 'rpm', bySource: true, note: errataOnly, places: [main('openSUSE', 'openSUSE:Tumbleweed')] }),
  ],
  [
    'azurelinux',
    (version) => ({ scheme: 'rpm', bySource: true, places: [main('Azure Linux', `Azure Linux:${version}`)] }),
  ],
  [
    'mariner',
    (version) => ({ scheme: 'rpm', bySource: true, places: [main('Azure Linux', `Azure Linux:${version}`)] }),
  ],
  [
    'openEuler',
    (version) => ({
      scheme: 'rpm',
      bySource: true,
      note: errataOnly,
      places: [main('openEuler', `openEuler:${version}-LTS`)],
    }),
  ],
  [
    'mageia',
    (version) => ({
      scheme: 'rpm',
      bySource: true,
      note: errataOnly,
      places: [main('Mageia', `Mageia:${version}`)],
    }),
  ],
  ['alpaquita', (version) => ({ scheme: 'apk', bySource: true, places: [main('Alpaquita', `Alpaquita:${version}`)] })],
  ['wolfi', () => ({ scheme: 'apk', bySource: true, places: [main('Wolfi', 'Wolfi')] })],
  ['chainguard', () => ({ scheme: 'apk', bySource: true, places: [main('Chainguard', 'Chainguard')] })],
]);

function redHat(version: string): DistributionRule {
  return {
    scheme: 'rpm',
    bySource: false,
    note: errataOnly,
    places: redHatRepositories.map((repository) =>
      main('Red Hat', `Red Hat:enterprise_linux:${version}::${repository}`),
    ),
  };
}
