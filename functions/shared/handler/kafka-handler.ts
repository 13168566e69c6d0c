import middy, { type MiddyHandlerObject } from '@middy/core';
import type { Context } from 'aws-lambda';
import { decodeKafkaEvent, type KafkaEvent, type PartitionBatch } from '../log/kafka-event.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/** A function that Lambda calls with a batch of Kafka records. If it rejects, the whole batch is retried. */
export type KafkaHandler = (event: KafkaEvent, context: Context) => Promise<void>;

/**
 * Returns the handler of a stage that reads a topic. It decodes the envelope and runs the partitions one after the other,
 * also after one of them failed. Then it throws the first error.
 * @param run runs the records of one partition, in offset order. It gets a signal that aborts shortly before Lambda's time
 *   limit, and a function that returns the ms until then.
 */
export function kafkaHandler(
  stage: string,
  telemetry: Telemetry,
  run: (batch: PartitionBatch, signal: AbortSignal, remainingMs: () => number) => Promise<void>,
): KafkaHandler {
  const body = async (event: KafkaEvent, context: Context, { signal }: MiddyHandlerObject): Promise<void> => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const failures: unknown[] = [];
    for (const batch of decodeKafkaEvent(event)) {
      // A stopped partition must not delay the others. Their records are repeated with the batch and are dropped.
      await run(batch, signal, remainingMs).catch((error: unknown) => failures.push(error));
    }
    const [first, ...others] = failures;
    for (const error of others) telemetry.error(`${stage} failed on another partition too`, { stage, error });
    if (failures.length > 0) throw first;
  };
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(stage, telemetry));
}
