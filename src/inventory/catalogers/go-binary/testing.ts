import { baseAddress, buildElf, sectionOffsets } from '#inventory/elf/testing.ts';

/** What a test wants to be in a Go program. */
export interface GoPlan {
  readonly goVersion?: string;
  /** Lines of the module information, fields parted by blanks. */
  readonly modules?: readonly string[];
  /** Function names; without them there is no table. */
  readonly functions?: readonly string[];
  /** Magic number of that table. */
  readonly tableMagic?: number;
  readonly tableSection?: string;
  /** Whether the texts follow the block, as since Go 1.18, or are pointed to. */
  readonly inline?: boolean;
  readonly wordSize?: 4 | 8;
  readonly littleEndian?: boolean;
  readonly sectionHeaders?: boolean;
}

/** Lays out a program with the build information and function names of Go, and nothing that could run. */
export function buildGoProgram(plan: GoPlan = {}): Buffer {
  const { functions, wordSize = 8, littleEndian = true, sectionHeaders = true } = plan;
  const sections = [{ name: '.go.buildinfo', bytes: buildInfoBlock(plan) }];
  if (functions !== undefined) {
    const name = plan.tableSection ?? '.gopclntab';
    sections.push({ name, bytes: functionTable(functions, plan.tableMagic ?? 0xfffffff1, wordSize, littleEndian) });
  }
  return buildElf({ wordSize, littleEndian, sections, sectionHeaders });
}

function buildInfoBlock({ inline = true, wordSize = 8, littleEndian = true, ...plan }: GoPlan): Buffer {
  const version = Buffer.from(plan.goVersion ?? 'go1.22.3');
  const frame = Buffer.alloc(16, 0x30);
  const lines = (plan.modules ?? []).map((line) => `${line.replaceAll(' ', '\t')}\n`).join('');
  const modules = lines === '' ? Buffer.alloc(0) : Buffer.concat([frame, Buffer.from(lines), frame]);
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = wordSize;
  header[15] = (inline ? 2 : 0) | (littleEndian ? 0 : 1);
  if (inline) return Buffer.concat([header, varint(version.length), version, varint(modules.length), modules]);

  const start = baseAddress + (sectionOffsets([0]).starts[0] ?? 0);
  const variables = start + header.length;
  const texts = variables + 4 * wordSize;
  const word = (value: number) => wordBytes(value, wordSize, littleEndian);
  Buffer.concat([word(variables), word(variables + 2 * wordSize)]).copy(header, 16);
  const pointers = [texts, version.length, texts + version.length, modules.length].map(word);
  return Buffer.concat([header, ...pointers, version, modules]);
}

function functionTable(names: readonly string[], magic: number, wordSize: 4 | 8, littleEndian: boolean): Buffer {
  const text = Buffer.from(['', ...names, ''].join('\0'), 'latin1');
  const start = 8 + 8 * wordSize;
  const end = start + text.length;
  const offsets = magic === 0xfffffffa ? [0, 0, start, end, end, end, end, end] : [0, 0, 0, start, end, end, end, end];
  const head = Buffer.concat([wordBytes(magic, 4, littleEndian), Buffer.from([0, 0, 1, wordSize])]);
  const words = offsets.map((offset) => wordBytes(offset, wordSize, littleEndian));
  return Buffer.concat([head, ...words, text, Buffer.alloc(64)]);
}

function wordBytes(value: number, wordSize: 4 | 8, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(wordSize);
  if (littleEndian) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value, wordSize - 4);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
