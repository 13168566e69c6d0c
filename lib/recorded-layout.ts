import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import type { PartitionCounts } from '../functions/shared/log/topics.ts';

const layoutsSchema = z.record(z.string(), z.record(z.string(), z.int()));

/**
 * Writes down how many partitions a deployment's topics have, or sees to it that they are the same as before: a key
 * must keep its partition, or state and records of an entity come apart.
 * @param file JSON, kept with the app's source
 * @param deployment tells deployments of one app apart
 * @throws {UsageError} naming the topic, what it was made with and what is asked for; or if the file is not one of these
 */
export function recordLayout(file: string, deployment: string, partitions: PartitionCounts): void {
  const layouts = readLayouts(file);
  const recorded = layouts[deployment];
  if (recorded === undefined) {
    writeFileSync(file, `${JSON.stringify({ ...layouts, [deployment]: partitions }, null, 2)}\n`);
    return;
  }
  const changed = Object.entries(partitions).find(([topic, count]) => recorded[topic] !== count);
  if (changed === undefined) return;
  const [topic, count] = changed;
  throw new UsageError(
    `${topic}: made with ${recorded[topic]} partitions, now ${count}; they are fixed for the life of the topics. ` +
      `Go back to ${recorded[topic]}, or, if it was never deployed, delete "${deployment}" from ${file}`,
  );
}

function readLayouts(file: string): z.infer<typeof layoutsSchema> {
  if (!existsSync(file)) return {};
  try {
    return layoutsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const expected = 'expected partitions by deployment and topic, as the first synth wrote them';
    throw new UsageError(`${file}: ${expected}; restore it from version control`, { cause: error });
  }
}
