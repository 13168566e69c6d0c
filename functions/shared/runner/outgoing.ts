import type { Layout } from '../domain/settings.ts';
import type { Position } from '../log/position.ts';
import { positionText } from '../log/position.ts';
import { type Effect, header, type LogRecord, type OutgoingRecord } from '../log/record.ts';
import { partitionOf } from '../log/topics.ts';

/**
 * Fixes where an effect goes and which number it has, so that every try sends the very same record.
 * @param source the record that it was made from
 * @param position its own; an effect may bring one, and a source time, instead
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
