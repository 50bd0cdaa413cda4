import { inflateSync } from 'node:zlib';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { messageOf } from '#kit/error.ts';
import type { Cataloger, FileContent, FoundPackage, Reading } from '#inventory/cataloger.ts';
import { readElf, sectionOf } from '#inventory/elf/elf.ts';
import { inventoryLimits } from '#inventory/limits.ts';

/** The bounds on the list of crates; cargo-auditable's own reader stops at 8 MB, and real lists have some 100 kB. */
const limits = { compressedBytes: 4 << 20, bytes: 8 << 20 };

/**
 * Crates of programs that were built with cargo-auditable: the section `.dep-v0` of the program has their names and versions,
 * as JSON that zlib compressed ("cargo-auditable: data format", version 0). Other programs of Rust say nothing about theirs.
 */
export const rustBinary: Cataloger = {
  name: 'rust-binary',
  wants: ({ nature }) => nature === 'elf',
  read,
};

function read({ path, content }: FileContent): Reading {
  const elf = readElf(content);
  const section = elf === undefined ? undefined : sectionOf(elf, content, '.dep-v0');
  if (section === undefined) return {};
  if (section.size > limits.compressedBytes) return { problems: ['its list of crates is too large'] };
  let text: Buffer;
  try {
    text = inflateSync(section.read(0, section.size), { maxOutputLength: limits.bytes });
  } catch (error) {
    return { problems: [`its list of crates cannot be decompressed: ${messageOf(error)}`] };
  }
  const list = asObject(parseJson(text))?.['packages'];
  if (!Array.isArray(list)) return { problems: ['its list of crates is not one'] };
  return readCrates(list, path);
}

function readCrates(list: readonly unknown[], path: string): Reading {
  const packages: FoundPackage[] = [];
  const problems: string[] = [];
  for (const crate of asList(list).map(asObject)) {
    if (packages.length >= inventoryLimits.packagesPerFile)
      return { packages, problems: ['it names too many packages'] };
    const name = asText(crate?.['name']);
    const version = asText(crate?.['version']);
    // Build scripts and procedural macros ran on the machine that built it; nothing of them is in the program.
    if (crate?.['kind'] === 'build') continue;
    if (name === undefined || version === undefined || name === '' || version === '')
      problems.push('a crate has no name or no version');
    else packages.push({ type: 'cargo', name, version, files: [path] });
  }
  // All the same sentence, so that one is enough.
  return { packages, problems: problems.slice(0, 1) };
}
