import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueuedText, requestsOf, textBytesMax } from '../../../../../functions/shared/adapters/sqs/requests.ts';

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: textBytesMax })), {
  maxLength: 60,
});
const textsOf = (all: readonly number[]): QueuedText[] => all.map((bytes, index) => ({ index, body: '', bytes }));
const bytesIn = (request: readonly QueuedText[]): number => request.reduce((sum, { bytes }) => sum + bytes, 0);

describe('requests to SQS', () => {
  it('requests contain every text once, in order', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        expect(requestsOf(textsOf(all)).flat()).toEqual(textsOf(all));
      }),
    );
  });

  it('no request is empty, or above ten texts, or above 1 MiB', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        for (const request of requestsOf(textsOf(all))) {
          expect(request.length).toBeGreaterThan(0);
          expect(request.length).toBeLessThanOrEqual(10);
          expect(bytesIn(request)).toBeLessThanOrEqual(1_048_576);
        }
      }),
    );
  });

  it('no request begins while its first text fits into the one before', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const requests = requestsOf(textsOf(all));
        requests.slice(1).forEach((request, nth) => {
          const before = requests[nth]!;
          expect(before.length === 10 || bytesIn(before) + request[0]!.bytes > 1_048_576).toBe(true);
        });
      }),
    );
  });
});
