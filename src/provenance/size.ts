/** JSON that nests deeper, or has more values, is no honest provenance: BuildKit's largest have some 100,000 values. */
const deepest = 100;
const mostValues = 1_000_000;

/** Whether a parsed document is small enough to be walked through. Does not recurse itself. */
export function isOfHonestSize(document: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[document, 0]];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    count += 1;
    if (count + open.length > mostValues || depth > deepest) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) open.push([inner, depth + 1]);
  }
  return true;
}
