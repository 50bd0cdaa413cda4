import type { Cataloger, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { linesOf } from '#inventory/catalogers/deb822.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { readText } from '#inventory/text.ts';

const databases = ['lib/apk/db/installed', 'usr/lib/apk/db/installed', 'var/lib/apk/db/installed'];

/** Packages of Alpine and its relatives: the database of apk-tools version 2, a block of one-letter fields a package. */
export const apk: Cataloger = {
  name: 'apk',
  databases,
  wants: ({ path }) => path.endsWith('apk/db/installed') && databases.includes(path),
  read({ content }) {
    const text = readText(content);
    return text === undefined ? { problems: ['it is too large to be a database of apk'] } : readInstalled(text);
  },
};

/** What is collected of one package until its block ends with an empty line. */
interface Block {
  fields: Map<string, string>;
  files: string[];
  folder: string;
}

function readInstalled(text: string): Reading {
  const packages: FoundPackage[] = [];
  const problems: string[] = [];
  let block: Block = emptyBlock();
  function finish(): void {
    const found = packageOf(block);
    if (found !== undefined) packages.push(found);
    else if (block.fields.size > 0)
      problems.push(`a package has no name or no version: ${block.fields.get('P') ?? 'P: missing'}`);
    block = emptyBlock();
  }
  for (const line of linesOf(text)) {
    if (line === '') finish();
    else take(block, line);
    if (packages.length >= inventoryLimits.packagesPerFile)
      return { packages, problems: ['it names too many packages'] };
  }
  finish();
  if (packages.length === 0 && problems.length === 0 && text.trim() !== '') problems.push('it names no package');
  return { packages, problems };
}

/** `F:` is a folder, and each `R:` a file in it; every other letter is a field of the package. */
function take(block: Block, line: string): void {
  if (line[1] !== ':') return;
  const letter = line.charAt(0);
  const value = line.slice(2);
  if (letter === 'F') block.folder = value === '' ? '' : `${value}/`;
  else if (letter === 'R') block.files.push(block.folder + value);
  else if (!block.fields.has(letter)) block.fields.set(letter, value);
}

function packageOf({ fields, files }: Block): FoundPackage | undefined {
  const name = fields.get('P');
  const version = fields.get('V');
  if (name === undefined || version === undefined || name === '' || version === '') return undefined;
  const license = fields.get('L');
  return {
    type: 'apk',
    name,
    version,
    source: { name: fields.get('o') ?? name },
    architecture: fields.get('A'),
    licenses: license === undefined || license === '' ? [] : [license],
    files,
  };
}

function emptyBlock(): Block {
  return { fields: new Map(), files: [], folder: '' };
}
