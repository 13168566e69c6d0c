/**
 * Runs lists of items concurrently, at most `most` lists at once, and the items of one list one after the other. After the
 * first error no further item is begun.
 * @throws the first error, once all items that were begun have ended
 */
export async function runConcurrently<Item>(
  lists: readonly (readonly Item[])[],
  most: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const left = lists.values();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const list of left) {
      for (const item of list) {
        if (failures.length > 0) return;
        await run(item).catch((error: unknown) => failures.push(error));
      }
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  if (failures.length > 0) throw failures[0];
}
