import type { Layout } from '../log/layout.ts';
import type { Position } from '../log/position.ts';
import { positionText } from '../log/position.ts';
import { type Effect, header, type LogRecord, type OutgoingRecord } from '../log/record.ts';
import { partitionOf } from '../log/topics.ts';

/**
 * Returns an effect as a record to append, with its partition and position fixed, so that every try sends the same.
 * @param source the record from which the effect was made
 * @param position the position of the effect, unless its headers contain one; the same holds for its source time
 */
export function outgoing(
  effect: Effect,
  source: LogRecord,
  position: Position,
  { partitions }: Layout,
): OutgoingRecord {
  const { topic, partition, key, value, headers } = effect;
  return {
    topic,
    partition: partition ?? partitionOf(key, partitions[topic]),
    key,
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers: {
      [header.position]: positionText(position),
      [header.sourceTime]: String(source.timestampMs),
      ...headers,
    },
  };
}
