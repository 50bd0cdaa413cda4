/**
 * Runs `work` over all items, at most `limit` at once, and gives the results in the order of the items.
 * The first failure stops further items from starting and is thrown once those under way have ended.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = Array.from<Result>({ length: items.length });
  let next = 0;
  let failure: { error: unknown } | undefined;
  async function lane(): Promise<void> {
    for (let index = next++; index < items.length && failure === undefined; index = next++) {
      try {
        // `index` is below the length, so the item is there even if it is itself undefined.
        results[index] = await work(items[index] as Item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  if (failure !== undefined) throw failure.error;
  return results;
}

/** A promise that ends after `milliseconds`, or at once with the signal's reason if it aborts. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
    function done(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    }
  });
}
