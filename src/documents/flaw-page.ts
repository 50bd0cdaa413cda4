/** Where a flaw or an advisory can be read about. */
export interface FlawPage {
  /** The database that it is in, by the name that other tools give it. */
  readonly name: string;
  /** None for an id that is none of any database. */
  readonly url?: string;
}

/** Databases by how their ids begin; everything that we know is at OSV. */
const databases: readonly { readonly prefix: string; readonly name: string; readonly base: string }[] = [
  { prefix: 'CVE-', name: 'NVD', base: 'https://nvd.nist.gov/vuln/detail/' },
  { prefix: 'GHSA-', name: 'GitHub', base: 'https://github.com/advisories/' },
  { prefix: '', name: 'OSV', base: 'https://osv.dev/vulnerability/' },
];

/** The home of a flaw or an advisory, by its id. */
export function flawPage(id: string): FlawPage {
  const database = databases.find(({ prefix }) => id.startsWith(prefix));
  if (database === undefined || !/^[A-Za-z][\w.:-]{2,100}$/.test(id)) return { name: database?.name ?? 'OSV' };
  return { name: database.name, url: database.base + encodeURIComponent(id) };
}

/** The link in its normal form, which is plain ASCII; nothing if it is not one of the web. */
export function webLink(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}
