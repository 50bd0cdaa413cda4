/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    );
  }
  const [mine, theirs] = [Object.entries(one), Object.entries(other)];
  const known = new Map(theirs);
  return mine.length === theirs.length && mine.every(([key, value]) => known.has(key) && isSame(value, known.get(key)));
}
