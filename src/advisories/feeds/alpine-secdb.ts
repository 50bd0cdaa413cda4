import { asList, asObject, asText, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { collect } from '#kit/bytes.ts';
import type { Advisory, AdvisoryRecord } from '#advisories/advisory.ts';
import { advisoryError } from '#advisories/errors.ts';
import type { SnapshotWriter } from '#advisories/store/snapshot.ts';
import type { Feed, FeedRequest, FeedUpdate } from './feed.ts';
import type { SourceContent } from './source.ts';

const repositories = ['main', 'community'] as const;
/** The largest has some 2 MB. */
const longestFile = 64 << 20;
const branchName = /^(?:v\d+\.\d+|edge)$/;

/**
 * Alpine's security database: per branch and repository one JSON file, which lists by package which version corrected which
 * flaws. Its parts are the branches, `v3.20` or `edge`.
 */
export const alpineSecdb: Feed = {
  name: 'alpine-secdb',
  home: 'https://secdb.alpinelinux.org/',
  async partsIn(names, source) {
    const branches: string[] = [];
    for (const name of names.filter((candidate) => branchName.test(candidate))) {
      if ((await source.open(`${name}/main.json`)).kind === 'content') branches.push(name);
    }
    return branches;
  },
  update,
};

async function update({ part, source, previous, progress }: FeedRequest): Promise<FeedUpdate> {
  const files: SourceContent[] = [];
  for (const repository of repositories) {
    const file = await source.open(`${part}/${repository}.json`);
    if (file.kind === 'content') files.push(file);
    // The oldest branches had no community repository.
    else if (repository === 'main') throw advisoryError('feed-not-found', `${source.url} has no branch ${part}`);
  }
  const etag = files.map((file) => file.etag ?? '').join(' ');
  if (previous !== undefined && etag.trim() !== '' && previous.facts.etag === etag) return { kind: 'unchanged' };
  return {
    kind: 'changed',
    startsFrom: 'nothing',
    async write(writer) {
      const flaws = new Map<string, Advisory[]>();
      for (const file of files) {
        const bytes = await collect(file.bytes, longestFile);
        const body = asObject(bytes === undefined ? undefined : parseJson(bytes));
        if (!Array.isArray(body?.['packages'])) {
          throw advisoryError('feed-invalid', `${source.url}${part} is not a security database of Alpine`);
        }
        for (const item of asList(body['packages'])) readPackage(part, asObject(asObject(item)?.['pkg']) ?? {}, flaws);
        progress(bytes?.length ?? 0, file.size, flaws.size);
      }
      write(writer, flaws);
      return { etag };
    },
  };
}

/** `secfixes` has, by the version that corrected them, the flaws; version 0 stands for "never affected". */
function readPackage(branch: string, fields: JsonObject, flaws: Map<string, Advisory[]>): void {
  const name = asText(fields['name']);
  if (name === undefined) return;
  for (const [version, ids] of Object.entries(asObject(fields['secfixes']) ?? {})) {
    // One text may hold several ids, "CVE-2021-1234 XSA-300", some followed by notes.
    for (const id of new Set(asTexts(ids).flatMap((text) => text.match(/[A-Z]{2,}[\w-]*-\d[\w-]*/g) ?? []))) {
      const events = version === '0' ? [] : [{ introduced: '0' }, { fixed: version }];
      const advisory: Advisory = {
        record: id,
        ecosystem: `Alpine:${branch}`,
        package: name,
        ranges: [{ order: 'ecosystem', events }],
        versions: [],
        status: version === '0' ? 'not-affected' : 'fixed',
      };
      const known = flaws.get(id);
      if (known === undefined) flaws.set(id, [advisory]);
      else known.push(advisory);
    }
  }
}

function write(writer: SnapshotWriter, flaws: ReadonlyMap<string, readonly Advisory[]>): void {
  for (const [id, advisories] of flaws) writer.putRecord(recordOf(id), advisories);
}

function recordOf(id: string): AdvisoryRecord {
  return {
    id,
    kind: 'vulnerability',
    summary: '',
    details: '',
    aliases: [],
    upstream: [],
    related: [],
    severities: [],
    modified: '',
    references: [`https://security.alpinelinux.org/vuln/${id}`],
  };
}
