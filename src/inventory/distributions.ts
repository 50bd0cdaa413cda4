/**
 * The distributions whose releases are known: how a release is written, and until when it is supported. Dates are facts that
 * the distributions publish; an image can so be told to be past its end of life without any network.
 */
export interface DistributionFacts {
  /** The ID of os-release(5). */
  readonly id: string;
  readonly name: string;
  /** How many numbers of VERSION_ID make a release: `12`, `3.20`; 0 for a rolling distribution, which has no releases. */
  readonly releaseParts: 0 | 1 | 2;
  readonly releases: readonly Release[];
}

export interface Release {
  readonly version: string;
  readonly codename?: string;
  /** Last day of regular support. */
  readonly until: string;
  /** Last day of the longer support that everyone gets without a subscription. */
  readonly freeUntil?: string;
}

export const distributions: readonly DistributionFacts[] = [
  {
    id: 'debian',
    name: 'Debian GNU/Linux',
    releaseParts: 1,
    releases: [
      { version: '14', codename: 'forky', until: '' },
      { version: '13', codename: 'trixie', until: '2028-08-09', freeUntil: '2030-06-30' },
      { version: '12', codename: 'bookworm', until: '2026-07-11', freeUntil: '2028-06-30' },
      { version: '11', codename: 'bullseye', until: '2024-08-14', freeUntil: '2026-08-31' },
      { version: '10', codename: 'buster', until: '2022-09-10', freeUntil: '2024-06-30' },
      { version: '9', codename: 'stretch', until: '2020-07-18', freeUntil: '2022-07-01' },
      { version: '8', codename: 'jessie', until: '2018-06-17', freeUntil: '2020-06-30' },
      { version: '7', codename: 'wheezy', until: '2016-04-25', freeUntil: '2018-05-31' },
    ],
  },
  {
    id: 'ubuntu',
    name: 'Ubuntu',
    releaseParts: 2,
    releases: [
      { version: '26.04', codename: 'resolute', until: '2031-04-30' },
      { version: '25.10', codename: 'questing', until: '2026-07-01' },
      { version: '25.04', codename: 'plucky', until: '2026-01-17' },
      { version: '24.10', codename: 'oracular', until: '2025-07-10' },
      { version: '24.04', codename: 'noble', until: '2029-05-31' },
      { version: '23.10', codename: 'mantic', until: '2024-07-12' },
      { version: '23.04', codename: 'lunar', until: '2024-01-20' },
      { version: '22.10', codename: 'kinetic', until: '2023-07-20' },
      { version: '22.04', codename: 'jammy', until: '2027-04-01' },
      { version: '20.04', codename: 'focal', until: '2025-05-31' },
      { version: '18.04', codename: 'bionic', until: '2023-05-31' },
      { version: '16.04', codename: 'xenial', until: '2021-04-30' },
      { version: '14.04', codename: 'trusty', until: '2019-04-30' },
    ],
  },
  {
    id: 'alpine',
    name: 'Alpine Linux',
    releaseParts: 2,
    releases: [
      { version: '3.24', until: '2028-06-01' },
      { version: '3.23', until: '2027-11-01' },
      { version: '3.22', until: '2027-05-01' },
      { version: '3.21', until: '2026-11-01' },
      { version: '3.20', until: '2026-04-01' },
      { version: '3.19', until: '2025-11-01' },
      { version: '3.18', until: '2025-05-09' },
      { version: '3.17', until: '2024-11-22' },
      { version: '3.16', until: '2024-05-23' },
      { version: '3.15', until: '2023-11-01' },
      { version: '3.14', until: '2023-05-01' },
      { version: '3.13', until: '2022-11-01' },
      { version: '3.12', until: '2022-05-01' },
      { version: '3.11', until: '2021-11-01' },
      { version: '3.10', until: '2021-05-01' },
    ],
  },
  {
    id: 'rhel',
    name: 'Red Hat Enterprise Linux',
    releaseParts: 1,
    releases: [
      { version: '10', until: '2035-05-31' },
      { version: '9', until: '2032-05-31' },
      { version: '8', until: '2029-05-31' },
      { version: '7', until: '2024-06-30' },
      { version: '6', until: '2020-11-30' },
    ],
  },
  {
    id: 'almalinux',
    name: 'AlmaLinux',
    releaseParts: 1,
    releases: [
      { version: '10', until: '2035-05-31' },
      { version: '9', until: '2032-05-31' },
      { version: '8', until: '2029-05-31' },
    ],
  },
  {
    id: 'rocky',
    name: 'Rocky Linux',
    releaseParts: 1,
    releases: [
      { version: '10', until: '2035-05-31' },
      { version: '9', until: '2032-05-31' },
      { version: '8', until: '2029-05-31' },
    ],
  },
  {
    id: 'centos',
    name: 'CentOS',
    releaseParts: 1,
    releases: [
      { version: '10', until: '2030-05-31' },
      { version: '9', until: '2027-05-31' },
      { version: '8', until: '2021-12-31' },
      { version: '7', until: '2024-06-30' },
      { version: '6', until: '2020-11-30' },
    ],
  },
  {
    id: 'fedora',
    name: 'Fedora Linux',
    releaseParts: 1,
    releases: [
      { version: '44', until: '2027-06-02' },
      { version: '43', until: '2026-12-09' },
      { version: '42', until: '2026-05-27' },
      { version: '41', until: '2025-12-15' },
      { version: '40', until: '2025-05-13' },
      { version: '39', until: '2024-11-26' },
      { version: '38', until: '2024-05-21' },
    ],
  },
  {
    id: 'amzn',
    name: 'Amazon Linux',
    releaseParts: 1,
    releases: [
      { version: '2023', until: '2029-06-30' },
      { version: '2', until: '2026-06-30' },
      { version: '2018', until: '2023-12-31' },
    ],
  },
  {
    id: 'ol',
    name: 'Oracle Linux',
    releaseParts: 1,
    releases: [
      { version: '9', until: '2032-06-30' },
      { version: '8', until: '2029-07-31' },
      { version: '7', until: '2024-12-31' },
      { version: '6', until: '2021-03-31' },
    ],
  },
  {
    id: 'sles',
    name: 'SUSE Linux Enterprise Server',
    releaseParts: 2,
    releases: [
      { version: '16.0', until: '2027-11-30' },
      { version: '15.7', until: '2031-07-31' },
      { version: '15.6', until: '2025-12-31' },
      { version: '15.5', until: '2024-12-31' },
      { version: '15.4', until: '2023-12-31' },
      { version: '12.5', until: '2024-10-31' },
    ],
  },
  {
    id: 'opensuse-leap',
    name: 'openSUSE Leap',
    releaseParts: 2,
    releases: [
      { version: '16.0', until: '2027-10-31' },
      { version: '15.6', until: '2026-04-30' },
      { version: '15.5', until: '2024-12-31' },
      { version: '15.4', until: '2023-12-07' },
    ],
  },
  {
    id: 'photon',
    name: 'VMware Photon OS',
    releaseParts: 2,
    releases: [
      { version: '5.0', until: '' },
      { version: '4.0', until: '2027-10-11' },
      { version: '3.0', until: '2025-10-02' },
    ],
  },
  { id: 'azurelinux', name: 'Azure Linux', releaseParts: 1, releases: [{ version: '3', until: '' }] },
  { id: 'mariner', name: 'CBL-Mariner', releaseParts: 1, releases: [{ version: '2', until: '2025-07-31' }] },
  { id: 'alpaquita', name: 'Alpaquita Linux', releaseParts: 1, releases: [{ version: '23', until: '' }] },
  { id: 'openEuler', name: 'openEuler', releaseParts: 2, releases: [{ version: '24.03', until: '' }] },
  { id: 'mageia', name: 'Mageia', releaseParts: 1, releases: [{ version: '9', until: '' }] },
  { id: 'wolfi', name: 'Wolfi', releaseParts: 0, releases: [] },
  { id: 'chainguard', name: 'Chainguard OS', releaseParts: 0, releases: [] },
  { id: 'opensuse-tumbleweed', name: 'openSUSE Tumbleweed', releaseParts: 0, releases: [] },
];
