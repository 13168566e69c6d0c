import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dynamodbDeliveries } from '../../functions/shared/adapters/dynamodb/deliveries.ts';
import { dynamodbLedger } from '../../functions/shared/adapters/dynamodb/ledger.ts';
import { openStore } from '../../functions/shared/adapters/sqlite/store.ts';
import { FencedError, UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../functions/shared/domain/settings.ts';
import { type Deliveries, nobody } from '../../functions/shared/ports/deliveries.ts';
import { type BlockRef, freshLedgerItem, type LedgerDecision } from '../../functions/shared/ports/ledger.ts';
import { inlineBytesMax } from '../../functions/shared/runner/state-blocks.ts';
import { objectName } from '../../functions/shared/runner/transaction-object.ts';
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
  // batches, and all that may be inline.
  const blocksMax = Math.ceil(31_000_000 / (96 * 1024));

  it('fits, with five times as many blocks too, and what does not fit blocks', async () => {
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

describe('a table that is not there', () => {
  it('blocks every verb, and says its name', async () => {
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

describe('what the ledger answers', () => {
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

  it('is what SQLite answers, whatever is asked of it', async () => {
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

describe('what the deliveries answer', () => {
  const owners = fc.constantFrom('a', 'b', nobody);
  const revisions = fc.integer({ min: 1, max: 5 });
  const acts = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        verb: fc.constant('claim'),
        revision: revisions,
        owner: owners,
        passMs: fc.constantFrom(0, 1, 99, 100, 101),
        evenIfGivenUp: fc.boolean(),
      } as const),
    },
    {
      weight: 1,
      arbitrary: fc.record({ verb: fc.constant('acknowledge'), revision: revisions, owner: owners } as const),
    },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant('release'), owner: owners } as const) },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant('giveUp'), revision: revisions, owner: owners } as const) },
  );

  it('is what SQLite answers, whatever is asked of them', async () => {
    const tableName = await newTable('deliveries');
    const deliveries = dynamodbDeliveries({ client: dynamodb, tableName });
    const store = openStore(':memory:', defaultLayout, new ManualClock());
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 20 }), async (sequence) => {
        const alertId = unique('alert');
        let nowMs = 1_000_000;
        for (const act of sequence) {
          if (act.verb === 'claim') nowMs += act.passMs;
          const perform = async (each: Deliveries) => {
            const owner = act.owner;
            if (act.verb === 'release') return each.release('hook', alertId, owner);
            const { revision } = act;
            if (act.verb === 'acknowledge') return each.acknowledge('hook', alertId, revision, owner);
            if (act.verb === 'giveUp') return each.giveUp('hook', alertId, revision, owner);
            const { evenIfGivenUp } = act;
            return each.claim({ receiver: 'hook', alertId, revision, owner, nowMs, leaseMs: 100, evenIfGivenUp });
          };
          expect(await perform(deliveries)).toEqual(await perform(store.deliveries));
        }
        const itemOf = async (each: Deliveries) => (await each.list()).filter((item) => item.alertId === alertId);
        expect(await itemOf(deliveries)).toEqual(await itemOf(store.deliveries));
      }),
      { numRuns: 250 },
    );
    store.close();
  });
});
