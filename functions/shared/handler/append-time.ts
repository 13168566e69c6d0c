import { PartitionStoppedError } from '../domain/errors.ts';
import { appendTimeRemedy } from '../log/append-time.ts';
import type { KafkaEvent, KafkaEventRecord, PartitionBatch } from '../log/kafka-event.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type KafkaHandler, kafkaHandler } from './kafka-handler.ts';

/**
 * Stops a partition at the first record that has its producer's time, and hands on everything else. For functions that
 * Lambda feeds: the envelope says whose time it is, and only there it is the broker's own word. The stop is reported as
 * `PARTITION_STOPPED`, and the batch comes again until an operator has mended the topic.
 */
export function stoppingAtCreateTime(stage: string, telemetry: Telemetry, handler: KafkaHandler): KafkaHandler {
  const stop = kafkaHandler(stage, telemetry, async (batch) => {
    throw createTimeError(stage, batch);
  });
  return async (event, context) => {
    const { taken, stopped } = split(event);
    if (isEmpty(stopped)) return handler(event, context);
    // A failure of its own it has reported itself; either way the batch comes again.
    if (!isEmpty(taken)) await handler(taken, context).catch(() => {});
    await stop(stopped, context);
  };
}

function createTimeError(stage: string, { topic, partition, records }: PartitionBatch): PartitionStoppedError {
  return new PartitionStoppedError(
    `${stage} ${topic}/${partition}: the record at offset ${records[0]!.offset} has its producer's time ` +
      `(message.timestamp.type=CreateTime), expected the broker's append time; ${appendTimeRemedy(topic)}`,
  );
}

const hasProducersTime = ({ timestampType }: KafkaEventRecord): boolean => timestampType === 'CREATE_TIME';

/** Each partition up to its first record with the producer's time, and from there on. */
function split(event: KafkaEvent): { readonly taken: KafkaEvent; readonly stopped: KafkaEvent } {
  const taken: KafkaEvent['records'] = {};
  const stopped: KafkaEvent['records'] = {};
  for (const [partition, records] of Object.entries(event?.records ?? {})) {
    const from = records.findIndex(hasProducersTime);
    if (from !== 0) taken[partition] = from < 0 ? records : records.slice(0, from);
    if (from >= 0) stopped[partition] = records.slice(from);
  }
  return { taken: { ...event, records: taken }, stopped: { ...event, records: stopped } };
}

const isEmpty = ({ records }: KafkaEvent): boolean => Object.keys(records).length === 0;
