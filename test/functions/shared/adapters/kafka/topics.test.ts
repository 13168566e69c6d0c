import { describe, expect, it } from 'vitest';
import { topicSpecs } from '../../../../../functions/shared/adapters/kafka/topics.ts';
import { messageBytesMax, onePartitionEach, topics } from '../../../../../functions/shared/domain/topics.ts';

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

  it('takes a record whose value is as large as it may be, with its key and headers', () => {
    for (const { topic, configs } of topicSpecs(onePartitionEach)) {
      expect(Number(configs['max.message.bytes'])).toBeGreaterThan(messageBytesMax[topic] + 50_000);
    }
  });
});
