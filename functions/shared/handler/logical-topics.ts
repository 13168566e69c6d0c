import { PartitionStoppedError } from '../domain/errors.ts';
import { type KafkaEvent, splitByOwner } from '../log/kafka-event.ts';
import { type KafkaNames, kafkaNames } from '../log/kafka-names.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type KafkaHandler, kafkaHandler } from './kafka-handler.ts';

/**
 * Returns a handler that passes records on with the logical names of their topics. Partitions of topics that are not this
 * deployment's are stopped, and reported as `PARTITION_STOPPED`: an event source mapping was made by hand, or reads for
 * another prefix.
 * @param prefix the prefix of this deployment's topics
 */
export function readingLogicalTopics(
  prefix: string | undefined,
  { stage, telemetry }: { readonly stage: string; readonly telemetry: Telemetry },
  handler: KafkaHandler,
): KafkaHandler {
  const names = kafkaNames(prefix);
  const stop = kafkaHandler(stage, telemetry, async ({ topic, partition }) => {
    throw foreignTopicError(stage, `${topic}/${partition}`, names);
  });
  return async (event, context) => {
    const { ours, foreign } = splitByOwner(event, names);
    if (isEmpty(foreign)) return handler(ours, context);
    // The handler reports its own failure. The batch is retried in each case.
    if (!isEmpty(ours)) await handler(ours, context).catch(() => {});
    await stop(foreign, context);
  };
}

function foreignTopicError(stage: string, place: string, names: KafkaNames): PartitionStoppedError {
  const which = names.prefix === undefined ? 'has no prefix' : `has the prefix ${names.prefix}`;
  return new PartitionStoppedError(
    `${stage} ${place}: expected a topic of this deployment, which ${which}; ` +
      'delete the event source mapping that reads this topic',
  );
}

const isEmpty = ({ records }: KafkaEvent): boolean => Object.keys(records ?? {}).length === 0;
