import { type FunctionName, ledgerStages, sourcesOf } from '../../functions/functions.ts';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';

/**
 * Returns the concurrent executions that a stage reserves, `undefined` for a function that reserves none. Of a stage that
 * advances ledger items, two invocations at one partition only fence each other: it gets one for each partition, and one
 * more for a partition that moves.
 */
export function reservedConcurrency(name: FunctionName, partitions: PartitionCounts): number | undefined {
  if (!ledgerStages.includes(name)) return undefined;
  const counts = sourcesOf(name, 'topics').flatMap(({ topics }) => topics.map((topic) => partitions[topic]));
  return counts.reduce((sum, count) => sum + count, 1);
}
