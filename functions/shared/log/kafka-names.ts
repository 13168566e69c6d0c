import { type Topic, topics } from './topics.ts';

/*
 * The names of topics and consumer groups on the brokers. Everything else uses the logical names `offbeat.beats` and
 * `offbeat-detect`: records, dead letters, ledger keys, metrics, state. The adapter of Kafka and the decoder of Lambda's
 * events alone map between the two. docs/decisions/0031-a-prefix-for-topics-and-groups.md
 */

/** The names of one deployment's topics and groups on the brokers. */
export interface KafkaNames {
  /** The prefix; absent for a deployment whose names on the brokers are the logical ones. */
  readonly prefix: string | undefined;
  /** Returns the name of a topic on the brokers. */
  topic(logical: string): string;
  /** Returns the name of a consumer group on the brokers. */
  group(logical: string): string;
  /** Returns the topic of this deployment that has a name on the brokers; `undefined` for a topic of others. */
  logicalTopic(name: string): Topic | undefined;
}

/**
 * Returns the names of a deployment.
 * @param prefix a text that `isPrefix` accepts
 * @example
 * kafkaNames('team-a').topic('offbeat.beats'); // => 'team-a.offbeat.beats'
 * @example
 * kafkaNames('team-a').group('offbeat-detect'); // => 'team-a.offbeat-detect'
 * @example
 * kafkaNames().topic('offbeat.beats'); // => 'offbeat.beats'
 */
export function kafkaNames(prefix?: string): KafkaNames {
  const named = prefix === undefined ? (logical: string) => logical : (logical: string) => `${prefix}.${logical}`;
  const logicalOf = new Map(Object.values(topics).map((topic) => [named(topic), topic]));
  return { prefix, topic: named, group: named, logicalTopic: (name) => logicalOf.get(name) };
}
