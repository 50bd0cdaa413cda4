import { linesOf } from '#inventory/catalogers/deb822.ts';
import { shortText } from '#inventory/catalogers/short-text.ts';

/** What the metadata of a distribution package of Python say. */
export interface Metadata {
  readonly name?: string;
  readonly version?: string;
  readonly licenses: readonly string[];
}

/** A value that setuptools wrote for whatever it did not know. */
const unknown = 'UNKNOWN';

/**
 * Reads core metadata (PyPA specifications, "Core metadata"): headers as in mails, then the description. Of a name and a version
 * given twice the first counts.
 */
export function readMetadata(text: string): Metadata {
  const headers = readHeaders(text);
  const first = (name: string): string | undefined => shortText(headers.get(name)?.[0]);
  return { name: first('name'), version: first('version'), licenses: licensesOf(headers) };
}

type Headers = ReadonlyMap<string, readonly string[]>;

function readHeaders(text: string): Headers {
  const headers = new Map<string, string[]>(
    ['name', 'version', 'license', 'license-expression', 'classifier'].map((name) => [name, []]),
  );
  let values: string[] | undefined;
  for (const line of linesOf(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    if (line === '') break;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const last = values?.pop();
      if (last !== undefined) values?.push(`${last}\n${line}`);
      continue;
    }
    const colon = line.indexOf(':');
    values = colon < 0 ? undefined : headers.get(line.slice(0, colon).toLowerCase());
    values?.push(line.slice(colon + 1).trim());
  }
  return headers;
}

/** The expression (PEP 639), else the free text, else what the classifiers name. */
function licensesOf(headers: Headers): string[] {
  // Some packages put the whole text of their licence into the free text.
  const stated = ['license-expression', 'license'].map((name) => shortText(headers.get(name)?.[0]));
  const named = stated.find((text) => text !== undefined && text !== unknown);
  if (named !== undefined) return [named];
  const classified = (headers.get('classifier') ?? []).map(licenseInClassifier);
  return [...new Set(classified)].filter((name) => name !== undefined);
}

/** `License :: OSI Approved :: MIT License` */
function licenseInClassifier(classifier: string): string | undefined {
  const parts = classifier.split('::').map((part) => part.trim());
  const last = parts.at(-1);
  return parts[0] === 'License' && parts.length > 1 && last !== 'OSI Approved' ? shortText(last) : undefined;
}
