import { byPartition } from '../adapters/middy/by-partition.ts';
import type { KafkaHandler } from '../adapters/middy/kafka-handler.ts';
import { type Environment, oneOf } from './environment.ts';

/** The variable that says who reads for a function. */
export const polling = 'OFFBEAT_POLLING';

/**
 * A handler as its pollers want to be answered: `provisioned` ones by partition, `on-demand` ones, the default, by
 * failing.
 * @throws {UsageError} if the variable is neither
 */
export function answering(env: Environment, handler: KafkaHandler) {
  return oneOf(env, polling, ['on-demand', 'provisioned']) === 'provisioned' ? byPartition(handler) : handler;
}
