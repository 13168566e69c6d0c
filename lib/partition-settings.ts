import { topics } from '../functions/shared/log/topics.ts';
import { type DeploymentSettings, partitionCounts, zonesOf } from '../settings/deployment.ts';
import type { PartitionWords } from './recorded-layout.ts';

/**
 * Returns the words of the settings for partitions that differ from the recorded ones. Where the other size alone explains
 * them, the remedy is to go back to it: an MSK cluster that Offbeat created cannot change its size.
 */
export function wordsOfSettings(settings: DeploymentSettings): PartitionWords {
  const { size, kafka } = settings;
  return {
    keyOf: (topic) => `deployment.partitions.${roleOf(topic)}`,
    remedy: (recorded) => {
      const former = sizes.find((each) => each !== size && isOfSize(each, settings, recorded));
      const pairs = Object.entries(recorded).map(([topic, count]) => `${roleOf(topic)}: ${count}`);
      const partitions = `set deployment.partitions: { ${pairs.join(', ')} }`;
      if (former === undefined) return `${partitions[0]!.toUpperCase()}${partitions.slice(1)}`;
      const back = `deployment.size: ${size} has these. Go back to size: ${former}`;
      return kafka === undefined ? back : `${back}, or ${partitions}`;
    },
  };
}

const sizes = Object.keys(zonesOf) as (keyof typeof zonesOf)[];

/** Returns whether settings would have the recorded partitions with another size. */
function isOfSize(
  size: DeploymentSettings['size'],
  { partitions }: DeploymentSettings,
  recorded: Readonly<Record<string, number>>,
): boolean {
  const counts: Readonly<Record<string, number>> = partitionCounts({ size, partitions });
  return Object.entries(recorded).every(([topic, count]) => counts[topic] === count);
}

const roleOf = (topic: string): string => Object.entries(topics).find(([, name]) => name === topic)?.[0] ?? topic;
