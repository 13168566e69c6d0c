import { UsageError } from '../domain/errors.ts';
import { isPrefix, prefixExpected } from '../domain/kafka-prefix.ts';
import { quotedOrWithheld } from '../domain/withheld.ts';
import { kafkaPrefix } from './server-variables.ts';
import { type Environment, optional } from './variables.ts';

/**
 * Returns the prefix of topics and groups that the environment names, if it names one.
 * @throws {UsageError} naming the variable and the value
 */
export function kafkaPrefixOf(env: Environment): string | undefined {
  const prefix = optional(env, kafkaPrefix);
  if (prefix !== undefined && !isPrefix(prefix)) {
    throw new UsageError(`${kafkaPrefix}: ${prefixExpected}, got ${quotedOrWithheld(prefix)}`);
  }
  return prefix;
}
