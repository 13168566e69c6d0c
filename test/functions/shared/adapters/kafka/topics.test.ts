import { describe, expect, it } from 'vitest';
import { topicSpecs } from '../../../../../functions/shared/adapters/kafka/topics.ts';
import { messageBytesMax, onePartitionEach, topics } from '../../../../../functions/shared/log/topics.ts';

describe('what topics are made with', () => {
  // design.md, "Contracts": the table of topics.
  it.each([
    [topics.beats, 1],
    [topics.samples, 1],
    [topics.summaries, 1],
    [topics.signals, 7],
    [topics.alerts, 30],
    [topics.deadLetters, 14],
  ])('%s keeps its records for %i days, in broker time, and is never compacted', (name, days) => {
    const spec = topicSpecs({ ...onePartitionEach, [name]: 6 }).find(({ topic }) => topic === name);
    expect(spec?.partitions).toBe(6);
    expect(spec?.configs).toMatchObject({
      'retention.ms': String(days * 86_400_000),
      'cleanup.policy': 'delete',
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  it('a topic accepts a record of the largest value, with its key and headers', () => {
    for (const { topic, configs } of topicSpecs(onePartitionEach)) {
      expect(Number(configs['max.message.bytes'])).toBeGreaterThan(messageBytesMax[topic] + 50_000);
    }
  });

  it('a topic has the given number of replicas, of which one may be missing', () => {
    const inSync = (replicas: number) =>
      topicSpecs(onePartitionEach, replicas).map((spec) => [spec.replicas, spec.configs['min.insync.replicas']]);
    expect(new Set(inSync(3).map(String))).toEqual(new Set(['3,2']));
    expect(new Set(inSync(2).map(String))).toEqual(new Set(['2,1']));
    expect(new Set(inSync(1).map(String))).toEqual(new Set(['1,1']));
  });

  it('a topic has the replicas of the cluster by default', () => {
    for (const spec of topicSpecs(onePartitionEach)) {
      expect(spec.replicas).toBeUndefined();
      expect(spec.configs).not.toHaveProperty(['min.insync.replicas']);
    }
  });
});
