import { kafkaPrefixOf } from '../environment/kafka-prefix.ts';
import { type Environment, oneOf } from '../environment/variables.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { stoppingAtCreateTime } from './append-time.ts';
import { byPartition } from './by-partition.ts';
import type { KafkaHandler } from './kafka-handler.ts';
import { readingLogicalTopics } from './logical-topics.ts';

/** The variable that names the kind of poller that reads for a function. */
export const polling = 'OFFBEAT_POLLING';

/** A stage and the telemetry to which its handler reports a stopped partition. */
export interface Reporter {
  readonly stage: string;
  readonly telemetry: Telemetry;
}

/**
 * Returns a handler for an event source mapping. It stops at records without the broker's append time, passes records on
 * with the logical names of their topics, and reports failures as its pollers expect: with `provisioned` by an answer for
 * each partition, with `on-demand`, the default, by rejecting. The answer and the stop have the names on the brokers.
 * @throws {UsageError} if a variable has a wrong value
 */
export function answering(env: Environment, reporter: Reporter, handler: KafkaHandler) {
  const logical = readingLogicalTopics(kafkaPrefixOf(env), reporter, handler);
  const stopping = stoppingAtCreateTime(reporter.stage, reporter.telemetry, logical);
  return oneOf(env, polling, ['on-demand', 'provisioned']) === 'provisioned' ? byPartition(stopping) : stopping;
}
