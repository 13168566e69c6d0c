import type { Context } from 'aws-lambda';
import type { KafkaEvent } from '../log/kafka-event.ts';
import type { KafkaHandler } from './kafka-handler.ts';

/** An answer to provisioned pollers. Each partition in it is passed in again from its offset on. */
export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly {
    readonly itemIdentifier: { readonly partition: string; readonly offset: number };
  }[];
}

/**
 * Returns a handler that retries only the partitions that failed. It is for event source mappings with
 * `ReportBatchItemFailures`, which are those with provisioned pollers; for all others the handler must reject.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function byPartition(
  handler: KafkaHandler,
): (event: KafkaEvent, context: Context) => Promise<KafkaBatchResponse> {
  return async (event, context) => {
    const batchItemFailures: KafkaBatchResponse['batchItemFailures'][number][] = [];
    for (const [partition, records] of Object.entries(event.records)) {
      const [first] = records;
      if (first === undefined) continue;
      try {
        await handler({ ...event, records: { [partition]: records } }, context);
      } catch {
        // The handler reports its own failure. Records that it counted are dropped when they are repeated.
        batchItemFailures.push({ itemIdentifier: { partition, offset: first.offset } });
      }
    }
    return { batchItemFailures };
  };
}
