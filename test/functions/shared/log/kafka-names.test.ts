import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consumerGroupOf, stagesOfTopics } from '../../../../functions/functions.ts';
import { isPrefix, prefixCharactersMax } from '../../../../functions/shared/domain/kafka-prefix.ts';
import { kafkaNames } from '../../../../functions/shared/log/kafka-names.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';

const logicalTopics = Object.values(topics);
const logicalGroups = stagesOfTopics.flatMap(({ stage, topics: read }) =>
  read.map((topic) => consumerGroupOf(stage, topic)),
);

const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const prefix = fc
  .tuple(fc.stringMatching(/^[a-z]{1,4}$/), fc.array(word, { maxLength: 3 }))
  .map(([first, more]) => [first, ...more].join('-'))
  .filter(isPrefix);
const anyPrefix = fc.option(prefix, { nil: undefined });
const differentPrefixes = fc.tuple(anyPrefix, anyPrefix).filter(([one, other]) => one !== other);

/** Characters of a topic's name: https://github.com/apache/kafka, org.apache.kafka.common.internals.Topic. */
const legalTopic = /^[a-zA-Z0-9._-]{1,249}$/;
/** Characters of a group's name: https://docs.aws.amazon.com/lambda/latest/api/API_AmazonManagedKafkaEventSourceConfig.html */
const legalGroup = /^[a-zA-Z0-9-/*:_+=.@]{1,200}$/;

describe('the names of topics and groups on the brokers', () => {
  it('a topic on the brokers has one logical name, with any prefix', () => {
    fc.assert(
      fc.property(anyPrefix, fc.constantFrom(...logicalTopics), (given, topic) => {
        const names = kafkaNames(given);
        expect(names.logicalTopic(names.topic(topic))).toBe(topic);
      }),
    );
  });

  it('two deployments with different prefixes, or one without, share no topic and no group', () => {
    fc.assert(
      fc.property(differentPrefixes, ([one, other]) => {
        const all = [one, other].map((given) => {
          const names = kafkaNames(given);
          return [...logicalTopics.map(names.topic), ...logicalGroups.map(names.group)];
        });
        expect(new Set(all.flat()).size).toBe(2 * (logicalTopics.length + logicalGroups.length));
      }),
    );
  });

  it('a topic of another deployment stays foreign', () => {
    fc.assert(
      fc.property(differentPrefixes, fc.constantFrom(...logicalTopics), ([one, other], topic) => {
        expect(kafkaNames(one).logicalTopic(kafkaNames(other).topic(topic))).toBeUndefined();
      }),
    );
  });

  it('a topic of anything else stays foreign, also with our prefix', () => {
    fc.assert(
      fc.property(anyPrefix, fc.string(), (given, text) => {
        fc.pre(!(logicalTopics as readonly string[]).includes(text));
        const names = kafkaNames(given);
        expect(names.logicalTopic(names.topic(text))).toBeUndefined();
      }),
    );
  });

  it('rights on the topics and groups of a deployment without a prefix include none of a deployment with one', () => {
    fc.assert(
      fc.property(prefix, (given) => {
        const names = kafkaNames(given);
        for (const topic of logicalTopics) expect(names.topic(topic)).not.toMatch(/^offbeat\./);
        for (const group of logicalGroups) expect(names.group(group)).not.toMatch(/^offbeat-/);
      }),
    );
  });

  it('every name is legal to Kafka, to Lambda and as the last part of an ARN, with the longest prefix', () => {
    const names = kafkaNames('a'.repeat(prefixCharactersMax));
    for (const topic of logicalTopics) expect(names.topic(topic)).toMatch(legalTopic);
    for (const group of logicalGroups) expect(names.group(group)).toMatch(legalGroup);
  });

  it.each(['team-a', 'a', 'offbeat2', 'x1-2-y', 'a'.repeat(prefixCharactersMax)])('%s can be a prefix', (text) => {
    expect(isPrefix(text)).toBe(true);
  });

  it.each([
    ...['', 'Team', 'team_a', 'team.a', '-a', 'a-', 'a--b', '1a', 'a b', 'a*', 'ä', 'a\n'],
    ...['offbeat', 'offbeat-2', 'a'.repeat(prefixCharactersMax + 1)],
  ])('%j cannot be a prefix', (text) => {
    expect(isPrefix(text)).toBe(false);
  });
});
