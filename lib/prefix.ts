import { isPrefix, prefixExpected } from '../functions/shared/domain/kafka-prefix.ts';

/** The name of a deployment whose topics and groups have no prefix by default. */
export const nameDefault = 'Offbeat';

/**
 * Returns the prefix of a deployment's topics and groups: the given one; none for a deployment that has the default name; for
 * any other its name in lower case, so that a second deployment shares no group with the first. Lambda requires that a
 * group is unique among all event sources, whichever cluster they read.
 * @param name of the deployment, which the names of its stacks begin with
 * @throws {Error} if the name gives no prefix, naming the setting to give one by
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html
 * @example
 * prefixOf(undefined, 'Offbeat2'); // => 'offbeat2'
 */
export function prefixOf(given: string | undefined, name: string): string | undefined {
  if (given !== undefined || name === nameDefault) return given;
  const made = name.toLowerCase();
  if (isPrefix(made)) return made;
  throw new Error(
    `deployment.prefix: the name "${name}" gives no prefix of topics and groups; set one: ${prefixExpected}`,
  );
}

/** @throws {Error} at synth, naming the prop, if a value cannot be a prefix */
export function checkPrefix(prefix: string | undefined): void {
  if (prefix !== undefined && !isPrefix(prefix)) throw new Error(`prefix: ${prefixExpected}, got "${prefix}"`);
}
