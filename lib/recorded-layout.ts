import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type PartitionCounts, partitionsDefault } from '../functions/shared/log/topics.ts';

const layoutsSchema = z.record(z.string(), z.record(z.string(), z.int()));

/** The file of recorded layouts where no other is named. */
export const layoutFileDefault = 'offbeat.layout.json';

/**
 * Records the partitions of a deployment's topics in a file when they are new to it, and refuses partitions other than
 * the recorded ones: a key must keep its partition, or the state and the records of an entity are in different ones.
 * @param file       JSON, to be committed with the source of the app; created if it does not exist
 * @param deployment name that distinguishes the deployments of one app
 * @returns the partitions
 * @throws {UsageError} naming the topic, its recorded partitions and the given ones; or if the file has another form
 * @example
 * recordLayout('offbeat.layout.json', 'Offbeat'); // => { 'offbeat.beats': 2, 'offbeat.samples': 4, … }
 */
export function recordLayout(
  file: string,
  deployment: string,
  partitions: PartitionCounts = partitionsDefault,
): PartitionCounts {
  const layouts = readLayouts(file);
  const recorded = layouts[deployment] ?? {};
  const [changed] = Object.entries(partitions).filter(([topic, count]) => (recorded[topic] ?? count) !== count);
  if (changed !== undefined) {
    const [topic, count] = changed;
    throw new UsageError(
      `${topic}: created with ${recorded[topic]} partitions, now ${count}; they are fixed for the life of the topics. ` +
        `Go back to ${recorded[topic]}, or, if it was never deployed, delete "${deployment}" from ${file}`,
    );
  }
  if (Object.keys(partitions).some((topic) => !(topic in recorded))) {
    const all = { ...layouts, [deployment]: { ...recorded, ...partitions } };
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  }
  return partitions;
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
