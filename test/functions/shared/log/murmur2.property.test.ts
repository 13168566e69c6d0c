import { murmur2 as clientMurmur2 } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { murmur2 } from '../../../../functions/shared/log/topics.ts';

it('murmur2 gives the hash of the Kafka client for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(murmur2(bytes)).toBe(clientMurmur2(Buffer.from(bytes)));
    }),
    { numRuns: 1_000 },
  );
});
