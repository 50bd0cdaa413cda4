import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { collect } from '#kit/bytes.ts';
import type { ExploitedEntry } from '#advisories/advisory.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { Feed } from './feed.ts';
import { openAny } from './source.ts';

/** Names under which the catalogue is found: in a mirror's folder, and where CISA publishes it. */
const fileNames = ['known_exploited_vulnerabilities.json', 'kev.json'];
/** The catalogue has some 2 MB. */
const longestCatalogue = 64 << 20;

/** CISA's catalogue of Known Exploited Vulnerabilities: one JSON file. */
export const kev: Feed = {
  name: 'kev',
  home: 'https://www.cisa.gov/sites/default/files/feeds/',
  partsIn: (names) => (fileNames.some((name) => names.includes(name)) ? [''] : []),
  async update({ source, previous, progress }) {
    const file = await openAny(source, fileNames, previous?.facts.etag);
    if (file.kind === 'unchanged') return file;
    return {
      kind: 'changed',
      startsFrom: 'nothing',
      async write(writer) {
        const bytes = await collect(file.bytes, longestCatalogue);
        const catalogue = asObject(bytes === undefined ? undefined : parseJson(bytes));
        const entries = asList(catalogue?.['vulnerabilities'])
          .map(readEntry)
          .filter((entry) => entry !== undefined);
        if (entries.length === 0) throw advisoryError('feed-invalid', `${file.url} is not a catalogue of CISA`);
        for (const entry of entries) writer.putExploited(entry);
        progress(bytes?.length ?? 0, file.size, entries.length);
        return { etag: file.etag, newest: asText(catalogue?.['dateReleased']) };
      },
    };
  },
};

function readEntry(value: unknown): ExploitedEntry | undefined {
  const fields = asObject(value);
  const cve = asText(fields?.['cveID']);
  const added = asText(fields?.['dateAdded']);
  if (cve === undefined || added === undefined) return undefined;
  return {
    cve,
    added,
    due: asText(fields?.['dueDate']),
    ransomware: asText(fields?.['knownRansomwareCampaignUse']) === 'Known',
    name: asText(fields?.['vulnerabilityName']) ?? '',
  };
}
