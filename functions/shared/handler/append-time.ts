import { PartitionStoppedError } from '../domain/errors.ts';
import { appendTimeRemedy } from '../log/append-time.ts';
import type { KafkaEvent, KafkaEventRecord, PartitionBatch } from '../log/kafka-event.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type KafkaHandler, kafkaHandler } from './kafka-handler.ts';

/**
 * Returns a handler that stops a partition at the first record with its producer's time, and passes all records before it
 * on. It is for functions that Lambda invokes, because Lambda's envelope contains the broker's statement of whose time it
 * is. The stop is reported as `PARTITION_STOPPED`, and the batch is retried until an operator has corrected the topic.
 */
export function stoppingAtCreateTime(stage: string, telemetry: Telemetry, handler: KafkaHandler): KafkaHandler {
  const stop = kafkaHandler(stage, telemetry, async (batch) => {
    throw createTimeError(stage, batch);
  });
  return async (event, context) => {
    const { taken, stopped } = split(event);
    if (isEmpty(stopped)) return handler(event, context);
    // The handler reports its own failure. The batch is retried in each case.
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

/** Splits each partition before its first record with the producer's time. */
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
