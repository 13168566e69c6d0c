import type { Context } from 'aws-lambda';
import type { KafkaEvent } from '../log/kafka-event.ts';
import type { KafkaHandler } from './kafka-handler.ts';

/** What provisioned pollers are answered: each partition named is handed in again from its offset on. */
export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly {
    readonly itemIdentifier: { readonly partition: string; readonly offset: number };
  }[];
}

/**
 * Has only those partitions come again that failed. For event source mappings with `ReportBatchItemFailures`, which are
 * those with provisioned pollers; others need the rejection.
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
        // The handler itself has told of it. What it did of these records is not done again when they come back.
        batchItemFailures.push({ itemIdentifier: { partition, offset: first.offset } });
      }
    }
    return { batchItemFailures };
  };
}
