import fc from 'fast-check';
import { expect, it } from 'vitest';
import { header, type LogRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { decodeTransaction } from '../../../../functions/shared/runner/transaction-object.ts';
import { Chain, expectOnce, positioned, upstream } from '../../../support/chain.ts';
import { newWorker, type Worker } from '../../../support/transaction/arrange.ts';
import { cells } from '../../../support/transaction/cells.ts';
import { happenings } from '../../../support/transaction/happen.ts';
import { expectSameEffectsEveryTry, resultOf } from '../../../support/transaction/judge.ts';
import { observe } from '../../../support/transaction/observe.ts';
import { type EventName, events } from '../../../support/transaction/specification.ts';
import { Watch } from '../../../support/transaction/watch.ts';

const step = fc.record({
  event: fc.constantFrom(...(Object.keys(events) as EventName[])),
  worker: fc.nat({ max: 2 }),
  /** The number of records before the next one that are repeated. */
  back: fc.nat({ max: 3 }),
});

/** A partition to which events happen, and the records that a consumer group would pass in. */
class Walk {
  readonly chain = new Chain();
  readonly workers: readonly Worker[] = [0, 1, 2].map(() => newWorker(this.chain));
  readonly words: string[] = [];
  #committed = 0;

  /** Appends the records of a new batch, and returns it with those before that were not committed or are repeated. */
  batch(event: EventName, back: number): readonly LogRecord[] {
    const added = event === 'poison' ? ['x', 'poison', 'y'] : ['x'];
    for (const word of added) this.#append(`${word}${word === 'poison' ? '' : this.words.length}`);
    return this.chain.samples().slice(Math.max(0, this.#committed - back));
  }

  #append(word: string): void {
    const number = this.chain.samples().length;
    this.chain.word(word, positioned(number, number + 1));
    if (word !== 'poison') this.words.push(word);
  }

  commit(): void {
    this.#committed = this.chain.samples().length;
  }

  /** The positions of the effects that are decided and may not be sent. */
  async oldPositions(): Promise<ReadonlySet<string | undefined>> {
    const { ledger, objects } = this.chain.ports;
    const { pending } = await ledger.read(upstream);
    if (pending === null) return new Set();
    const { effects } = decodeTransaction(pending, objects.objects.get(pending)!);
    return new Set(effects.map(({ headers }) => headers[header.position]));
  }

  sent(): readonly LogRecord[] {
    return this.chain.ports.eventLog.records(topics.signals);
  }
}

const takesBatch = (event: EventName): boolean => event !== 'sweep' && event !== 'new-epoch';

async function expectStep(walk: Walk, { event, worker, back }: { event: EventName; worker: number; back: number }) {
  const { chain } = walk;
  const batch = takesBatch(event) ? walk.batch(event, back) : chain.samples();
  const cell = cells[await observe(chain, batch)][event];
  const old = await walk.oldPositions();
  const sentBefore = walk.sent().length;
  const arranged = { chain, worker: walk.workers[worker]!, batch, rest: batch, words: [], lost: new Map() };

  const result = await resultOf(happenings[event](arranged, new Watch(chain)));

  const positions = walk
    .sent()
    .slice(sentBefore)
    .map(({ headers }) => headers[header.position]);
  const fresh = positions.filter((position) => !old.has(position));
  const kinds = [...(fresh.length < positions.length ? ['old'] : []), ...(fresh.length > 0 ? ['new'] : [])];
  expect({ event, result, after: await observe(chain, batch), sent: kinds.join(' + ') || 'nothing' }).toEqual({
    event,
    ...cell,
  });
  expect(new Set(fresh).size, 'no new effect is sent twice by one event').toBe(fresh.length);
  if (result === 'done' && takesBatch(event)) walk.commit();
}

it('any sequence of events follows the cells of the specification, and every record counts once in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const walk = new Walk();
      for (const each of steps) await expectStep(walk, each);
      await walk.workers[0]!(walk.batch('batch', 0), () => undefined);
      await expectOnce(walk.chain, walk.words);
      expectSameEffectsEveryTry(walk.chain);
    }),
    { numRuns: 150 },
  );
});
