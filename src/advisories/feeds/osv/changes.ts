import { readLines } from '#kit/lines.ts';
import type { PreviousSnapshot } from '#advisories/feeds/feed.ts';

export interface ChangedRecord {
  readonly id: string;
  readonly modified: string;
}

/** So many records in a row that are known already mean that the rest, which is older, is known too. */
const knownInARow = 200;

/**
 * Finds what is new in `modified_id.csv`, which has `<time>,<id>` a line with the newest first. It is read only as far as needed.
 * Times are compared record by record, because some publishers date records in the future.
 */
export async function changedRecords(
  csv: AsyncIterable<Buffer>,
  previous: PreviousSnapshot,
  most: number,
): Promise<ChangedRecord[] | 'too many'> {
  const changed: ChangedRecord[] = [];
  let known = 0;
  for await (const lines of readLines(csv)) {
    for (const line of lines) {
      const comma = line.indexOf(',');
      const modified = line.slice(0, comma);
      const id = line.slice(comma + 1).trim();
      if (comma < 0) continue;
      if (sameTime(previous.modifiedOf(id), modified)) {
        if (++known >= knownInARow) return changed;
        continue;
      }
      known = 0;
      changed.push({ id, modified });
      if (changed.length > most) return 'too many';
    }
  }
  return changed;
}

/** The list and the record may write the same time with more or fewer digits. */
function sameTime(a: string | undefined, b: string): boolean {
  return a === b || (a !== undefined && Date.parse(a) === Date.parse(b));
}
