import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DynamodbDeliveries } from '../../functions/shared/adapters/dynamodb/deliveries.ts';
import { dynamodbLedger } from '../../functions/shared/adapters/dynamodb/ledger.ts';
import { FencedError, UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { type BlockRef, freshLedgerItem, type LedgerDecision } from '../../functions/shared/ports/ledger.ts';
import { inlineBytesMax } from '../../functions/shared/runner/state-blocks.ts';
import { objectName } from '../../functions/shared/runner/transaction-object.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { unique } from '../contract/unique.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { dynamodb, newTable } from './aws.ts';

const key = { stage: 'detect', topic: 'offbeat.samples', partition: 0 };

const messageOf = (error: unknown): string => {
  expect(error).not.toBeInstanceOf(UnavailableError);
  return (error as Error).message;
};

describe('the largest item that a stage can make', () => {
  // functions/detect/table.ts: 31 MB of state in blocks of 96 KB, each in an object of its own as after many small
  // batches, and the most that may be inline.
  const blocksMax = Math.ceil(31_000_000 / (96 * 1024));

  it('fits, even with five times as many blocks, and a larger one stops the partition', async () => {
    const ledger = dynamodbLedger({ client: dynamodb, tableName: await newTable('ledger') });
    const decisionOf = (blocks: number): LedgerDecision => {
      const attempt = objectName(key, 1, unique('').slice(1));
      const refs: [string, BlockRef][] = Array.from({ length: blocks }, (_, nth) => [
        `series/${String(nth).padStart(6, '0')}`,
        { object: objectName(key, nth, unique('').slice(1)) },
      ]);
      const common = { inline: Buffer.alloc(inlineBytesMax, 7).toString('base64') };
      const times = { newestRecordMs: 8.64e15, decidedAtMs: 8.64e15 };
      const blocksByName = { ...Object.fromEntries(refs), common };
      return { nextOffset: 2 ** 53 - 1, ...times, blocks: blocksByName, pending: attempt, attempt };
    };
    const largest = decisionOf(blocksMax);
    const decided = await ledger.advance(key, freshLedgerItem, largest);
    expect(await ledger.read(key)).toEqual({ ...largest, epoch: 0, txn: 1 });
    expect(await ledger.advance(key, decided, decisionOf(blocksMax * 5))).toMatchObject({ txn: 2 });
    const next = { ...decided, txn: 2 };
    const refused = await ledger.advance(key, next, decisionOf(blocksMax * 20)).then(() => undefined, messageOf);
    expect(refused).toMatch(/advance detect offbeat.samples\/0: ValidationException: .*[Ii]tem size/);
  });
});

describe('a table that does not exist', () => {
  it('stops every verb with an error that names it', async () => {
    const ledger = dynamodbLedger({ client: dynamodb, tableName: 'no-such-table' });
    for (const call of [
      () => ledger.read(key),
      () => ledger.keys(),
      () => ledger.advance(key, freshLedgerItem, { ...freshLedgerItem, attempt: 'a' }),
    ]) {
      const failure = await call().catch((error: Error) => error);
      expect(failure).toMatchObject({ name: 'ResourceNotFoundException' });
      expect((failure as Error).message).toContain('the ledger on DynamoDB (no-such-table), ');
    }
  });
});

describe('the answers of the ledger', () => {
  type Act =
    | { readonly verb: 'advance'; readonly old: boolean; readonly pending: boolean }
    | { readonly verb: 'raise'; readonly old: boolean; readonly nextOffset: number | null }
    | { readonly verb: 'clear' };
  const acts: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ verb: fc.constant('advance'), old: fc.boolean(), pending: fc.boolean() } as const),
    fc.record({
      verb: fc.constant('raise'),
      old: fc.boolean(),
      nextOffset: fc.option(fc.nat(), { nil: null }),
    } as const),
    fc.record({ verb: fc.constant('clear') } as const),
  );

  it('are those of SQLite, for any sequence of calls', async () => {
    const ledger = dynamodbLedger({ client: dynamodb, tableName: await newTable('ledger') });
    const store = openStore(':memory:', defaultLayout, new ManualClock());
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 12 }), async (sequence) => {
        const place = { ...key, stage: unique('detect') };
        let [before, now] = [freshLedgerItem, freshLedgerItem];
        for (const act of sequence) {
          const attempt = unique('attempt');
          const from = 'old' in act && act.old ? before : now;
          const [ours, theirs] = await Promise.all(
            [ledger, store.ledger].map(async (each) => {
              if (act.verb === 'clear') return each.clearPending(place, now.pending ?? 'none');
              if (act.verb === 'raise')
                return each.raiseEpoch(place, from, { ...from, nextOffset: act.nextOffset }).catch(nameOf);
              const decision = { ...from, pending: act.pending ? attempt : null, attempt };
              return each.advance(place, from, decision).catch(nameOf);
            }),
          );
          expect(ours).toEqual(theirs);
          const after = await ledger.read(place);
          expect(after).toEqual(await store.ledger.read(place));
          if (after.epoch !== now.epoch || after.txn !== now.txn) before = now;
          now = after;
        }
      }),
      { numRuns: 60 },
    );
    store.close();
  });

  const nameOf = (error: unknown): string => {
    if (error instanceof FencedError) return error.message;
    throw error;
  };
});

describe('changes of one delivery by several processes', () => {
  it('are applied one after another, and none is lost', async () => {
    const tableName = await newTable('deliveries');
    const stores = Array.from({ length: 4 }, () => new DynamodbDeliveries({ client: dynamodb, tableName }));
    const item = { receiver: 'hook', alertId: unique('alert') };
    const raise = (store: DynamodbDeliveries) =>
      store.changeDelivery(item, (known) => ({
        item: { ...known, acknowledgedRevision: known.acknowledgedRevision + 1 },
        answer: known.acknowledgedRevision,
      }));
    const answers = await Promise.all(stores.flatMap((store) => Array.from({ length: 5 }, () => raise(store))));
    expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, nth) => nth));
  });
});
