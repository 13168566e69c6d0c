import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf, sampleKey } from '../../../../functions/shared/log/topics.ts';

describe('partitions', () => {
  // Expected values from org.apache.kafka.common.utils.UtilsTest#testMurmur2 in apache/kafka.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('are hashed as Kafka hashes %j', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('of one topic take every key when there is only one, and keyless records go to the first', () => {
    expect([partitionOf('any', 1), partitionOf(null, 12)]).toEqual([0, 0]);
  });

  it('bring peers together and keep other entities apart', () => {
    const entity = (kind: 'chunkserver' | 'host', name: string) => sampleKey({ cluster: 'prod', kind, name });
    expect(entity('chunkserver', '10.0.0.1:9422')).toBe(entity('chunkserver', '10.0.0.2:9422'));
    expect(entity('host', 'a')).not.toBe(entity('host', 'b'));
  });
});
