/**
 * Runs lanes beside each other, `most` at once, and in each lane one item after the other. Once one fails nothing more
 * is begun.
 * @throws what failed first, when all that was begun has ended
 */
export async function runConcurrently<Item>(
  lanes: readonly (readonly Item[])[],
  most: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const left = lanes.values();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const lane of left) {
      for (const item of lane) {
        if (failures.length > 0) return;
        await run(item).catch((error: unknown) => failures.push(error));
      }
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  if (failures.length > 0) throw failures[0];
}
