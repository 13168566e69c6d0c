import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redrivenFor } from '../../../../functions/shared/log/dead-letter.ts';

describe('the receiver that a message goes back to', () => {
  it('the receiver is the one that the redrive names', () => {
    fc.assert(
      fc.property(fc.string(), (receiver) => {
        expect(redrivenFor(JSON.stringify({ Message: '', redrive: { receiver, count: 1 } }))).toEqual({ receiver });
      }),
    );
  });

  it.each(['', 'no JSON', 'null', '7', '{}', '{"redrive":null}', '{"redrive":{"receiver":7}}'])(
    'is absent in %j',
    (body) => {
      expect(redrivenFor(body)).toEqual({});
    },
  );

  it('any body has a receiver or none, and none throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => redrivenFor(body)).not.toThrow();
      }),
    );
  });
});
