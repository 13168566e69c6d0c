import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FencedError } from '../../functions/shared/domain/errors.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import {
  freshLedgerItem,
  type Ledger,
  type LedgerDecision,
  type LedgerItem,
  type LedgerKey,
} from '../../functions/shared/ports/ledger.ts';
import { inlineBytesMax } from '../../functions/shared/runner/state-blocks.ts';
import { unique } from './unique.ts';

export interface OpenedLedger {
  readonly ledger: Ledger;
  close?(): Promise<void>;
}

/**
 * Defines the tests of what every ledger promises.
 * @param open opens a ledger that no stage of this suite has written to
 */
export function describeLedger(name: string, open: () => Promise<OpenedLedger>): void {
  describe(`the ledger on ${name}`, () => {
    let opened: OpenedLedger;
    let ledger: Ledger;
    beforeAll(async () => {
      opened = await open();
      ledger = opened.ledger;
    });
    afterAll(() => opened.close?.());

    describe('a new partition', () => {
      it('reads as fresh', async () => {
        expect(await ledger.read(newKey())).toEqual(freshLedgerItem);
      });

      it('can be advanced', async () => {
        const key = newKey();
        expect(await ledger.advance(key, freshLedgerItem, decision())).toMatchObject({ epoch: 0, txn: 1 });
      });
    });

    describe('the commit point', () => {
      it('stores the decision as it is, under the next number', async () => {
        const key = newKey();
        const to = decision({ pending: 'detect/object-1' });
        const decided = await ledger.advance(key, freshLedgerItem, to);
        expect(decided).toEqual({ ...to, epoch: 0, txn: 1 });
        expect(await ledger.read(key)).toEqual(decided);
      });

      it('stores as many inline bytes as are allowed', async () => {
        const key = newKey();
        const bytes = Buffer.from(Array.from({ length: inlineBytesMax }, (_, at) => at % 256)).toString('base64');
        const objects = Object.fromEntries(
          Array.from({ length: 200 }, (_, nth) => [`block ${nth}`, { object: `detect/offbeat.samples/0/${nth}` }]),
        );
        const blocks = { ...objects, hot: { inline: bytes } };
        await ledger.advance(key, freshLedgerItem, decision({ blocks }));
        expect((await ledger.read(key)).blocks).toEqual(blocks);
      });

      it('fences a writer that read before another one won, and changes nothing', async () => {
        const key = newKey();
        const won = await ledger.advance(key, freshLedgerItem, decision());
        await expect(ledger.advance(key, freshLedgerItem, decision())).rejects.toThrow(FencedError);
        expect(await ledger.read(key)).toEqual(won);
      });

      it('fences a writer of an older epoch', async () => {
        const key = newKey();
        const first = await ledger.advance(key, freshLedgerItem, decision());
        await ledger.raiseEpoch(key, first, onwards);
        await expect(ledger.advance(key, first, decision())).rejects.toThrow(FencedError);
      });

      it('gives the stored item to a writer whose first try won and lost its answer', async () => {
        const key = newKey();
        const to = decision({ pending: 'object' });
        const won = await ledger.advance(key, freshLedgerItem, to);
        expect(await ledger.advance(key, freshLedgerItem, to)).toEqual(won);
        await ledger.clearPending(key, 'object');
        expect(await ledger.advance(key, freshLedgerItem, to)).toEqual({ ...won, pending: null });
        expect(await ledger.read(key)).toMatchObject({ txn: 1, pending: null });
      });

      it('fences a second try that comes after another writer went on', async () => {
        const key = newKey();
        const to = decision();
        const won = await ledger.advance(key, freshLedgerItem, to);
        await ledger.advance(key, won, decision());
        await expect(ledger.advance(key, freshLedgerItem, to)).rejects.toThrow(FencedError);
      });

      it('is separate for each stage, topic and partition', async () => {
        const key = newKey();
        await ledger.advance(key, freshLedgerItem, decision());
        const others = [
          { ...key, partition: 1 },
          { ...key, topic: topics.signals },
          { ...key, stage: unique('alert') },
        ];
        for (const other of others) expect(await ledger.read(other)).toEqual(freshLedgerItem);
      });

      it('is won by exactly one of many simultaneous writers', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), async (rounds) => {
            const key = newKey();
            for (const [round, writers] of rounds.entries()) {
              const from = await ledger.read(key);
              const wins = await race(ledger, key, from, writers);
              expect(wins).toHaveLength(1);
              expect(wins[0]).toMatchObject({ txn: round + 1 });
              expect(await ledger.read(key)).toEqual(wins[0]);
            }
          }),
          { numRuns: 25 },
        );
      });
    });

    describe('pending', () => {
      it('is cleared once, by the writer that names it, and nothing else changes', async () => {
        const key = newKey();
        const decided = await ledger.advance(key, freshLedgerItem, decision({ pending: 'object' }));
        await ledger.clearPending(key, 'object');
        await ledger.clearPending(key, 'object');
        expect(await ledger.read(key)).toEqual({ ...decided, pending: null });
      });

      it('stays when a late writer names an earlier transaction', async () => {
        const key = newKey();
        const first = await ledger.advance(key, freshLedgerItem, decision({ pending: 'first' }));
        await ledger.advance(key, first, decision({ pending: 'second' }));
        await ledger.clearPending(key, 'first');
        expect((await ledger.read(key)).pending).toBe('second');
      });

      it('of a new partition can be cleared, which creates no item', async () => {
        const key = newKey();
        await ledger.clearPending(key, 'object');
        expect(await ledger.read(key)).toEqual(freshLedgerItem);
      });
    });

    describe('a new epoch', () => {
      it.each([null, 0, 5_000_000_000])('keeps the state and goes on with %s', async (nextOffset) => {
        const key = newKey();
        const decided = await ledger.advance(key, freshLedgerItem, decision({ pending: 'object' }));
        const raised = await ledger.raiseEpoch(key, decided, { nextOffset, newestRecordMs: 1_700_000_000_000 });
        expect(raised).toEqual({ ...decided, epoch: 1, nextOffset, newestRecordMs: 1_700_000_000_000 });
        expect(await ledger.read(key)).toEqual(raised);
        expect(await ledger.advance(key, raised, decision())).toMatchObject({ epoch: 1, txn: 2 });
      });

      it('can be the first item of a partition', async () => {
        const key = newKey();
        const to = { nextOffset: 7, newestRecordMs: 5 };
        expect(await ledger.raiseEpoch(key, freshLedgerItem, to)).toMatchObject({ epoch: 1, txn: 0, ...to });
        expect(await ledger.read(key)).toMatchObject({ epoch: 1, txn: 0, ...to });
      });

      it('is refused to a caller that read before the stage advanced', async () => {
        const key = newKey();
        const first = await ledger.advance(key, freshLedgerItem, decision());
        const second = await ledger.advance(key, first, decision());
        await expect(ledger.raiseEpoch(key, first, onwards)).rejects.toThrow(FencedError);
        expect(await ledger.read(key)).toEqual(second);
      });
    });

    it('keeps the time of the last transaction through later changes', async () => {
      const key = newKey();
      const decidedAtMs = Date.parse('2026-11-23T15:00:07.891Z');
      const decided = await ledger.advance(key, freshLedgerItem, decision({ pending: 'object', decidedAtMs }));
      await ledger.clearPending(key, 'object');
      await ledger.raiseEpoch(key, decided, onwards);
      expect(await ledger.read(key)).toMatchObject({ decidedAtMs, pending: null, epoch: 1 });
    });

    it('lists every partition it knows, once', async () => {
      const key = newKey();
      const other = { ...key, partition: 11 };
      const first = await ledger.advance(key, freshLedgerItem, decision());
      await ledger.advance(key, first, decision());
      await ledger.advance(other, freshLedgerItem, decision());
      const ours = (await ledger.keys()).filter(({ stage }) => stage === key.stage);
      expect(ours.sort((a, b) => a.partition - b.partition)).toEqual([key, other]);
    });
  });
}

/** A decision that follows any item. */
const onwards = { nextOffset: null, newestRecordMs: 0 };

const newKey = (): LedgerKey => ({ stage: unique('detect'), topic: topics.samples, partition: 0 });

/**
 * Returns a decision as the runner makes it for one batch of 10,000 records, under a name that no other attempt has.
 */
function decision(parts: Partial<LedgerDecision> = {}): LedgerDecision {
  const attempt = unique('detect/offbeat.samples/0/0000000000000001');
  return {
    nextOffset: 10_000,
    newestRecordMs: Date.parse('2026-11-23T15:00:00Z'),
    decidedAtMs: Date.parse('2026-11-23T15:00:01.234Z'),
    blocks: { hot: { object: attempt }, runner: { inline: 'eyJ2ZXJzaW9uIjoxfQ==' } },
    pending: null,
    attempt,
    ...parts,
  };
}

/** @returns the items of the writers that won */
async function race(ledger: Ledger, key: LedgerKey, from: LedgerItem, writers: number): Promise<LedgerItem[]> {
  const tries = Array.from({ length: writers }, () => ledger.advance(key, from, decision()));
  const settled = await Promise.allSettled(tries);
  return settled.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    expect(result.reason).toBeInstanceOf(FencedError);
    return [];
  });
}
