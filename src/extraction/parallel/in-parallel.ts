/** Processes several items at once. */

/** Calls `work` for each item, at most `count` at once; the next starts as soon as one is done. */
export async function inParallel<Item>(
  items: readonly Item[],
  count: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const hand = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.max(1, count) }, hand))
}
