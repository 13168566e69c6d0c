import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { collectGarbage } from '../../../../functions/shared/runner/collect-garbage.ts';
import { newEpoch } from '../../../../functions/shared/runner/new-epoch.ts';
import { expectOnce, upstream } from '../../../support/chain.ts';
import { type Arranged, arrange, type Memory, oldWord } from '../../../support/transaction/arrange.ts';
import { cells } from '../../../support/transaction/cells.ts';
import { happenings, watchedPorts } from '../../../support/transaction/happen.ts';
import { expectSameEffectsEveryTry, resultOf } from '../../../support/transaction/judge.ts';
import { observe } from '../../../support/transaction/observe.ts';
import {
  type Cell,
  type EventName,
  events,
  invariants,
  type State,
  states,
} from '../../../support/transaction/specification.ts';
import { Watch } from '../../../support/transaction/watch.ts';

// Each cell of docs/transaction.md, through the real runner, sweep and new-epoch over the doubles of their ports.

const wordsOf = (event: EventName): readonly string[] => (event === 'poison' ? ['x', 'poison', 'y'] : ['x', 'y']);

/** Returns which effects are among texts of `signals`: `new` as often as they were sent. */
function sentOf(texts: readonly string[]): string {
  const times = (word: string): number => texts.filter((text) => text.startsWith(`${word} `)).length;
  const sent = [...Array(times(oldWord)).fill('old'), ...Array(times('x')).fill('new')];
  return sent.join(' + ') || 'nothing';
}

/** Applies the remedy that a person applies, and passes the records in again, undisturbed. */
async function heal({ chain, worker, batch, rest, lost }: Arranged): Promise<void> {
  for (const [name, bytes] of lost) chain.ports.objects.objects.set(name, bytes);
  if ((await observe(chain, batch)) === 'recreated') await newEpoch(upstream, null, chain.ports);
  await worker(rest, () => undefined);
}

interface Case {
  readonly state: State;
  readonly event: EventName;
  readonly cell: Cell;
}

const everyCell = (Object.keys(states) as State[]).flatMap((state) =>
  (Object.keys(events) as EventName[]).map((event): Case => ({ state, event, cell: cells[state][event] })),
);

async function expectCell({ state, event, cell }: Case, memory: Memory): Promise<void> {
  const arranged = await arrange(state, wordsOf(event), memory);
  const { chain, batch, words } = arranged;
  expect(await observe(chain, batch)).toBe(state);
  const before = await chain.ports.ledger.read(upstream);
  const sentBefore = chain.texts(topics.signals).length;

  const watch = new Watch(chain);
  const result = await resultOf(happenings[event](arranged, watch));

  const sent = sentOf(chain.texts(topics.signals).slice(sentBefore));
  expect({ result, after: await observe(chain, batch), sent }).toEqual(cell);
  const after = await chain.ports.ledger.read(upstream);
  expect(after.txn - before.txn, 'ONE-COMMIT-POINT').toBe(watch.decisions);
  if (watch.decisions === 0) expect(after.blocks, 'ONE-COMMIT-POINT').toEqual(before.blocks);

  await collectGarbage(upstream, watchedPorts(arranged, watch));
  await heal(arranged);
  await expectOnce(chain, words);
  expectSameEffectsEveryTry(chain);
}

describe('the specification of the transaction', () => {
  it.each(everyCell)('holds at a worker with an empty memory: $state, $event', (each) => expectCell(each, 'empty'));

  it.each(everyCell.filter(({ state }) => state !== 'state lost'))(
    'holds at the worker with the current state in memory: $state, $event',
    (each) => expectCell(each, 'current'),
  );

  it.each(everyCell.filter(({ state }) => state !== 'fresh'))(
    'holds at a worker with the state of an older transaction in memory: $state, $event',
    (each) => expectCell(each, 'older'),
  );
});

describe('the invariants of the transaction', () => {
  const folder = join(import.meta.dirname, '../../../../functions/shared');
  const sources = ['runner', 'ports'].flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => readFileSync(join(folder, name, file), 'utf8')),
  );
  const cited = new Set(
    sources.flatMap((text) => [...text.matchAll(/Invariant ([A-Z]+(?:-[A-Z]+)+)/g)].map(([, name]) => name)),
  );

  it('are each cited by name in the code that keeps them, and no other name is cited', () => {
    expect([...cited].sort()).toEqual(Object.keys(invariants).sort());
  });
});
