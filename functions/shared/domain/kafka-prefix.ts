/**
 * The limit of a prefix in characters. The longest name is then far below the limits of Kafka for a topic (249) and of
 * Lambda for a consumer group (200), and short enough to read.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AmazonManagedKafkaEventSourceConfig.html
 */
export const prefixCharactersMax = 32;

const form = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Returns whether a text can be a prefix. `offbeat` and `offbeat-…` cannot: rights on the topics `offbeat.*` and the groups
 * `offbeat-*`, which a deployment without a prefix has, would include those of the prefix.
 */
export function isPrefix(text: string): boolean {
  return text.length <= prefixCharactersMax && form.test(text) && !/^offbeat(-|$)/.test(text);
}

/** The end of a message about a text that cannot be a prefix. */
export const prefixExpected =
  `expected at most ${prefixCharactersMax} lower-case letters, digits and single hyphens between them, ` +
  'the first a letter, but not offbeat and not offbeat-…';
