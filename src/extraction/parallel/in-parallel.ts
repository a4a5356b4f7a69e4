/** Works on several items at once. */

/** Calls `work` for each item, at most `count` at once, each as soon as another is done. */
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
