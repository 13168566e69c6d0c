import { type Environment, oneOf } from '../environment/variables.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { stoppingAtCreateTime } from './append-time.ts';
import { byPartition } from './by-partition.ts';
import type { KafkaHandler } from './kafka-handler.ts';

/** The variable that says who reads for a function. */
export const polling = 'OFFBEAT_POLLING';

/** Whose handler it is, and where it reports what stops a partition. */
export interface Reporter {
  readonly stage: string;
  readonly telemetry: Telemetry;
}

/**
 * A handler as event source mappings feed it: it stops at records without the broker's append time, and answers as its
 * pollers want it: `provisioned` ones by partition, `on-demand` ones, the default, by failing.
 * @throws {UsageError} if the variable is neither
 */
export function answering(env: Environment, { stage, telemetry }: Reporter, handler: KafkaHandler) {
  const stopping = stoppingAtCreateTime(stage, telemetry, handler);
  return oneOf(env, polling, ['on-demand', 'provisioned']) === 'provisioned' ? byPartition(stopping) : stopping;
}
