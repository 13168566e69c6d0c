import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerLengths } from '../../../../../functions/shared/adapters/kafka/bounded-answers.ts';
import { int32 } from './lying-broker.ts';

/** Returns bytes in pieces that end at these places. */
function pieces(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const places = [0, ...ends.map((end) => end % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, nth) => bytes.subarray(places[nth]!, end));
}
const answer = (body: Uint8Array): Buffer => Buffer.concat([int32(body.length), body]);
const answers = fc.array(fc.uint8Array({ minLength: 4, maxLength: 100 }).map(answer));
const ends = fc.array(fc.nat());

describe('the lengths of answers', () => {
  it('are accepted up to the bound, in whatever pieces they arrive', () => {
    fc.assert(
      fc.property(answers, ends, (all, cuts) => {
        const lengths = new AnswerLengths(100);
        for (const piece of pieces(Buffer.concat(all), cuts)) expect(lengths.refusalOf(piece)).toBeUndefined();
      }),
    );
  });

  it('are refused above the bound, and below the shortest answer, before any byte of the answer', () => {
    const wrong = fc.oneof(fc.integer({ min: 101, max: 2 ** 31 - 1 }), fc.integer({ min: -(2 ** 31), max: 3 }));
    fc.assert(
      fc.property(answers, wrong, ends, (all, length, cuts) => {
        const lengths = new AnswerLengths(100);
        const found = pieces(Buffer.concat([...all, int32(length)]), cuts).map((piece) => lengths.refusalOf(piece));
        expect(found.find((refusal) => refusal !== undefined)).toContain(`${length} bytes`);
      }),
    );
  });
});
