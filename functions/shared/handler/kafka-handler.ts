import middy, { type MiddyHandlerObject } from '@middy/core';
import type { Context } from 'aws-lambda';
import { decodeKafkaEvent, type KafkaEvent, type PartitionBatch } from '../log/kafka-event.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/** What Lambda calls for a batch of Kafka records. Resolving commits the batch; rejecting hands it in again whole. */
export type KafkaHandler = (event: KafkaEvent, context: Context) => Promise<void>;

/**
 * The shell of every stage that reads a topic: decodes the envelope, runs the partitions one after the other, all of
 * them whatever happens to one, and reports the first that throws.
 * @param run gets one partition's records in offset order, a signal that aborts shortly before Lambda's time limit,
 *   and how long that is away
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
      // One that is stopped must not hold up those beside it; what they counted comes again and is dropped.
      await run(batch, signal, remainingMs).catch((error: unknown) => failures.push(error));
    }
    const [first, ...others] = failures;
    for (const error of others) telemetry.error(`${stage} failed on another partition too`, { stage, error });
    if (failures.length > 0) throw first;
  };
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(stage, telemetry));
}
