import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import type { RangeEvent } from '#versions/range.ts';
import type { Advisory, AdvisoryRecord, DistributionStatus } from '#advisories/advisory.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { Feed, FeedRequest, WrittenFacts } from '#advisories/feeds/feed.ts';
import { openAny, type SourceContent } from '#advisories/feeds/source.ts';
import type { SnapshotWriter } from '#advisories/store/snapshot.ts';
import { membersOf } from './members.ts';

/** Names under which the tracker's data is found: where Debian publishes it, and in the folder of a mirror. */
const fileNames = ['tracker/data/json', 'data/json', 'data.json', 'debian.json'];

/** Releases by codename; the tracker has no numbers. */
const releases: ReadonlyMap<string, string> = new Map([
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['sid', 'sid'],
]);

/**
 * Debian's security tracker: one JSON object of all source packages, their flaws, and how each release stands. It knows what the
 * OSV records lose: what is ignored, postponed, not worth an advisory, undetermined or unimportant.
 */
export const debianTracker: Feed = {
  name: 'debian-tracker',
  home: 'https://security-tracker.debian.org/',
  partsIn: async (names, source) => {
    const likely = fileNames.filter((name) => names.includes(name) || name.includes('/'));
    for (const name of likely) if ((await source.open(name)).kind === 'content') return [''];
    return [];
  },
  async update({ source, previous, progress }) {
    const file = await openAny(source, fileNames, previous?.facts.etag);
    if (file.kind === 'unchanged') return file;
    return { kind: 'changed', startsFrom: 'nothing', write: (writer) => readData(file, writer, progress) };
  },
};

async function readData(
  { url, bytes, size, etag }: SourceContent,
  writer: SnapshotWriter,
  progress: FeedRequest['progress'],
): Promise<WrittenFacts> {
  const known = new Set<string>();
  let done = 0;
  for await (const member of membersOf(bytes)) {
    done += member.length;
    const found = asObject(parseJson(`{${member}}`));
    if (found === undefined) throw advisoryError('feed-invalid', `${url} has a damaged entry`);
    for (const [name, flaws] of Object.entries(found)) readPackage(name, asObject(flaws) ?? {}, known, writer);
    progress(done, size, known.size);
  }
  if (known.size === 0) throw advisoryError('feed-invalid', `${url} is not the data of Debian's security tracker`);
  return { etag };
}

function readPackage(name: string, flaws: JsonObject, known: Set<string>, writer: SnapshotWriter): void {
  for (const [id, value] of Object.entries(flaws)) {
    const fields = asObject(value);
    const standing = Object.entries(asObject(fields?.['releases']) ?? {});
    const advisories = standing.map(([codename, state]) => advisoryOf(id, name, codename, asObject(state) ?? {}));
    // One flaw is listed under each package that has it.
    if (!known.has(id)) writer.putRecord(recordOf(id, asText(fields?.['description']) ?? ''), []);
    known.add(id);
    writer.addAdvisories(advisories.filter((advisory) => advisory !== undefined));
  }
}

function advisoryOf(record: string, name: string, codename: string, state: JsonObject): Advisory | undefined {
  const release = releases.get(codename);
  const status = statusOf(state);
  if (release === undefined || status === undefined) return undefined;
  const fixed = asText(state['fixed_version']);
  const events: RangeEvent[] = [{ introduced: '0' }];
  if (status === 'fixed' && fixed !== undefined) events.push({ fixed });
  return {
    record,
    ecosystem: `Debian:${release}`,
    package: name,
    ranges: status === 'not-affected' ? [] : [{ order: 'ecosystem', events }],
    versions: [],
    status,
    urgency: asText(state['urgency']),
    note: asText(state['nodsa']),
  };
}

/** `fixed_version` 0 is how the tracker says that the release never had the flaw. */
function statusOf(state: JsonObject): DistributionStatus | undefined {
  const fixed = asText(state['fixed_version']);
  switch (asText(state['status'])) {
    case 'resolved':
      return fixed === '0' ? 'not-affected' : 'fixed';
    case 'undetermined':
      return 'undetermined';
    case 'open':
      if (asText(state['urgency']) === 'end-of-life') return 'end-of-life';
      if (asText(state['nodsa_reason']) === 'ignored') return 'ignored';
      if (asText(state['nodsa_reason']) === 'postponed') return 'postponed';
      return state['nodsa'] === undefined ? 'affected' : 'no-dsa';
    default:
      return undefined;
  }
}

function recordOf(id: string, description: string): AdvisoryRecord {
  return {
    id,
    kind: 'vulnerability',
    summary: '',
    details: description,
    aliases: [],
    upstream: [],
    related: [],
    severities: [],
    modified: '',
    references: [`https://security-tracker.debian.org/tracker/${id}`],
  };
}
