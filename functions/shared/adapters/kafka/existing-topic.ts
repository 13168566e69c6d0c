import { UsageError } from '../../domain/errors.ts';
import { appendTimeRemedy } from '../../log/append-time.ts';

/** A topic as a deployment expects it. */
export interface ExpectedTopic {
  /** The name on the brokers. */
  readonly name: string;
  readonly partitions: number;
  /** @default any number of replicas */
  readonly replicas?: number;
}

/** A topic as the brokers describe it. */
export interface ExistingTopic {
  /** The number of replicas of each partition. While replicas move, it counts the old and the new ones. */
  readonly replicas: readonly number[];
  /** The topic's `message.timestamp.type`. */
  readonly timestampType: string | undefined;
}

/**
 * Compares an existing topic with what a deployment expects. Existing topics are never changed: partitions are fixed for
 * their life, and replicas are data that the owner of the brokers moves.
 * @returns a warning, if the topic has more replicas than expected, which harms nothing; otherwise `undefined`
 * @throws {UsageError} with the remedy, if the topic has another number of partitions, a partition with too few replicas, or
 *   does not store the append time
 * @example
 * checkTopic({ name: 'offbeat.beats', partitions: 1, replicas: 2 }, { replicas: [3], timestampType: 'LogAppendTime' });
 * // => 'topic offbeat.beats: expected 2 replicas, got 3; existing topics are not changed: …'
 */
export function checkTopic(expected: ExpectedTopic, { replicas, timestampType }: ExistingTopic): string | undefined {
  const { name, partitions } = expected;
  if (replicas.length !== partitions) {
    throw new UsageError(
      `topic ${name}: expected ${partitions} partitions, got ${replicas.length}; they are fixed for its life: ` +
        `go back to ${replicas.length}, or use new topics with a prefix of their own`,
    );
  }
  if (timestampType !== 'LogAppendTime') {
    throw new UsageError(
      `topic ${name}: expected message.timestamp.type LogAppendTime, got ${timestampType}; ${appendTimeRemedy(name)}`,
    );
  }
  return expected.replicas === undefined ? undefined : checkReplicas(name, expected.replicas, replicas);
}

function checkReplicas(name: string, expected: number, replicas: readonly number[]): string | undefined {
  const [least, most] = [Math.min(...replicas), Math.max(...replicas)];
  if (least < expected) {
    throw new UsageError(
      `topic ${name}: expected ${expected} replicas, got ${least}, and existing topics are not changed: ` +
        `add replicas with kafka-reassign-partitions.sh, or set replicationFactor: ${least}`,
    );
  }
  if (most === expected) return undefined;
  return (
    `topic ${name}: expected ${expected} replicas, got ${most}; existing topics are not changed: ` +
    `remove replicas with kafka-reassign-partitions.sh, or set replicationFactor: ${most}`
  );
}
