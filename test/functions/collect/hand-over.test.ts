import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handedOver, handOverMessages, messageBytesMax } from '../../../functions/collect/hand-over.ts';

/** The texts that SQS accepts. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const accepted = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const document = fc.dictionary(
  // A parser of messages leaves this name out, and no collection has it.
  fc.string({ unit: 'binary', maxLength: 10 }).filter((name) => name !== '__proto__'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const read = (bodies: readonly string[]) => bodies.flatMap((body) => handedOver(JSON.parse(body))!.documents);

describe('the messages that hand documents over', () => {
  it('contain each document once, in order, fit into their size, and have only characters that SQS accepts', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 30 }), fc.integer({ min: 60, max: 2_000 }), (documents, bytesMax) => {
        const { bodies, tooLarge } = handOverMessages(documents, 'msk://offbeat', bytesMax);
        const found = read(bodies);
        expect(found.length + tooLarge).toBe(documents.length);
        const texts = documents.map((each) => JSON.stringify(each));
        let at = -1;
        for (const each of found) {
          at = texts.indexOf(JSON.stringify(each), at + 1);
          expect(at).toBeGreaterThanOrEqual(0);
        }
        for (const body of bodies) {
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bytesMax);
          expect(body).toMatch(accepted);
        }
      }),
    );
  });

  it('are as few as fit', () => {
    const small = Array.from({ length: 1_000 }, (_, nth) => ({ nth }));
    expect(handOverMessages(small, 'a').bodies).toHaveLength(1);
    const half = { text: 'x'.repeat(messageBytesMax / 2) };
    expect(handOverMessages([half, half, half], 'a').bodies).toHaveLength(3);
  });

  it('fit to the byte', () => {
    const [
      {
        bodies: [exact],
      },
      documents,
    ] = [handOverMessages([{ a: 1 }, { b: 'é' }], 'a'), [{ a: 1 }, { b: 'é' }]];
    const bytes = Buffer.byteLength(exact!);
    expect(handOverMessages(documents, 'a', bytes).bodies).toEqual([exact]);
    expect(handOverMessages(documents, 'a', bytes - 1).bodies).toHaveLength(2);
    const alone = Buffer.byteLength(handOverMessages([{ a: 1 }], 'a').bodies[0]!);
    expect(handOverMessages([{ a: 1 }], 'a', alone).tooLarge).toBe(0);
    expect(handOverMessages([{ a: 1 }], 'a', alone - 1).tooLarge).toBe(1);
  });

  it('leave out and count a document that fits into none, and the others go on', () => {
    const large = { text: 'x'.repeat(messageBytesMax) };
    const { bodies, tooLarge } = handOverMessages([{ nth: 1 }, large, { nth: 2 }], 'a');
    expect([read(bodies), tooLarge]).toEqual([[{ nth: 1 }, { nth: 2 }], 1]);
  });

  it('are none without documents', () => {
    expect(handOverMessages([], 'a')).toEqual({ bodies: [], tooLarge: 0 });
  });
});

it.each([undefined, null, [], {}, { target: 'a' }, { target: 'a', documents: [] }, { target: 'a', documents: [1] }])(
  'a body that hands nothing over is not taken for one that does: %j',
  (body) => {
    expect(handedOver(body)).toBeUndefined();
  },
);
