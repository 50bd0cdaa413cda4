/**
 * Lays out a hash database of Berkeley DB by hand: one bucket of hash pages, and overflow pages for values that are larger than a
 * quarter of a page.
 */
export function buildBerkeley(headers: readonly Buffer[], pageSize = 4096, littleEndian = true): Buffer {
  const pages: Buffer[] = [];
  const int = (bytes: Buffer, at: number, value: number) =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const half = (bytes: Buffer, at: number, value: number) =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  function addPage(type: number): Buffer {
    const page = Buffer.alloc(pageSize);
    int(page, 8, pages.length);
    page[25] = type;
    pages.push(page);
    return page;
  }
  function overflowItem(value: Buffer): Buffer {
    const item = Buffer.alloc(12);
    item[0] = 3;
    int(item, 4, pages.length);
    int(item, 8, value.length);
    for (let done = 0; done < value.length; done += pageSize - 26) {
      const page = addPage(7);
      const part = value.subarray(done, done + pageSize - 26);
      half(page, 22, part.length);
      part.copy(page, 26);
      if (done + part.length < value.length) int(page, 16, pages.length);
    }
    return item;
  }

  const meta = addPage(8);
  for (const [at, value] of [
    [12, 0x061561],
    [16, 9],
    [20, pageSize],
    [96, 1],
  ] as const)
    int(meta, at, value);
  let page = addPage(13);
  let entries = 0;
  let free = pageSize;
  const counter = Buffer.alloc(4);
  for (const [index, value] of [counter, ...headers].entries()) {
    const key = Buffer.alloc(5, 0);
    key[0] = 1;
    int(key, 1, index);
    const item = value.length > pageSize / 4 ? overflowItem(value) : Buffer.concat([Buffer.from([1]), value]);
    if (26 + 2 * (entries + 2) > free - key.length - item.length) {
      int(page, 16, pages.length);
      page = addPage(13);
      [entries, free] = [0, pageSize];
    }
    for (const bytes of [key, item]) {
      free -= bytes.length;
      bytes.copy(page, free);
      half(page, 26 + 2 * entries++, free);
    }
    half(page, 20, entries);
  }
  int(meta, 32, pages.length - 1);
  return Buffer.concat(pages);
}
