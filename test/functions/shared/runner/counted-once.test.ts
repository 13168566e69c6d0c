import { describe, expect, it } from 'vitest';
import { header } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { newEpoch } from '../../../../functions/shared/runner/new-epoch.ts';
import { createRunner } from '../../../../functions/shared/runner/runner.ts';
import { Chain, counting, expectOnce, leftInDoubt, positioned, upstream } from '../../../support/chain.ts';
import { tallyStep } from '../../../support/tally.ts';

describe('offsets that start over or have gaps', () => {
  it('an offset below the next one with a record newer than all counted stops the partition, without a clock', async () => {
    const chain = new Chain();
    const [first] = chain.words('a');
    await chain.worker()([first!]);
    const recreated = { ...first!, timestampMs: first!.timestampMs + 1 };
    await expect(chain.worker()([recreated])).rejects.toThrow(/was recreated.*new-epoch detect/);
  });

  it('the partition continues, and counts the loss, when the broker deleted the records between', async () => {
    const chain = new Chain();
    const { telemetry, counts } = counting();
    const run = createRunner(tallyStep, { ...chain.ports, telemetry });
    const [a] = chain.words('a', 'b', 'c');
    await run({ topic: topics.samples, partition: 0, records: [a!] }, new AbortController().signal);
    chain.ports.eventLog.expire(topics.samples, 0, 2);
    await run({ topic: topics.samples, partition: 0, records: chain.samples() }, new AbortController().signal);
    expect(counts.records_lost_by_broker).toBe(1);
    await expectOnce(chain, ['a', 'c']);
  });

  it('a new epoch accepts offsets that started over, sends pending effects and keeps the state', async () => {
    const chain = await leftInDoubt('a');
    const { item, countedUntilMs } = await newEpoch(upstream, null, chain.ports);
    expect({ epoch: item.epoch, nextOffset: item.nextOffset, countedUntilMs }).toEqual({
      epoch: 1,
      nextOffset: null,
      countedUntilMs: 1_000_001,
    });
    const recreated = { ...chain.word('a'), offset: 0 };
    await chain.worker()([recreated]);
    await expectOnce(chain, ['a', 'a']);
  });
});

describe('positions', () => {
  it('a record is dropped if its position is not above the highest of its producer', async () => {
    const chain = new Chain();
    const again = [1, 2, 2, 1, 3].map((number) => chain.word('a', positioned(number, 100)));
    await chain.worker()(again);
    await expectOnce(chain, ['a', 'a', 'a']);
  });

  it('positions that start over with newer records stop the partition', async () => {
    const chain = new Chain();
    await chain.worker()([chain.word('a', positioned(7, 100))]);
    const recreated = [chain.word('a', positioned(0, 101))];
    await expect(chain.worker()(recreated)).rejects.toThrow(
      /normalise\/offbeat.beats\/0 started over.*new-epoch detect/,
    );
  });

  it('positions that start over are counted once after a new epoch of their reader', async () => {
    const chain = new Chain();
    const first = chain.word('a', positioned(7, 100));
    await chain.worker()([first]);
    const recreated = [chain.word('b', positioned(0, 200)), chain.word('c', positioned(1, 201))];
    await expect(chain.worker()([first, ...recreated])).rejects.toThrow(/run "npx offbeat new-epoch detect"/);
    await newEpoch(upstream, null, chain.ports);
    await chain.worker()([first, ...recreated]);
    await chain.worker()(recreated);
    await expectOnce(chain, ['a', 'b', 'c']);
    const again = chain.word('d', positioned(0, 300));
    await expect(chain.worker()([again])).rejects.toThrow(/started over/);
  });

  it('records below the offset of a new epoch are dropped although they are newer than all counted', async () => {
    const chain = new Chain();
    await chain.worker()([chain.word('a', positioned(7, 100))]);
    const inTheWay = chain.word('b', positioned(0, 200));
    await expect(chain.worker()([inTheWay])).rejects.toThrow(/started over/);
    const next = chain.word('c', positioned(8, 201));
    chain.ports.clock.timeMs = next.timestampMs;
    await newEpoch(upstream, next.offset, chain.ports);
    await chain.worker()([inTheWay, next]);
    await expectOnce(chain, ['a', 'c']);
  });

  it('a repeated position is compared with the newest record so far', async () => {
    const chain = new Chain();
    const numbered = [positioned(1, 200), positioned(2, 100), positioned(1, 150)];
    await chain.worker()(numbered.map((headers) => chain.word('a', headers)));
    await expectOnce(chain, ['a', 'a']);
  });

  it('positions of a raised epoch are above all of the epoch before', async () => {
    const chain = new Chain();
    await chain.worker()([chain.word('a', positioned(7, 100)), chain.word('a', positioned(0, 101, 1))]);
    await expectOnce(chain, ['a', 'a']);
  });

  it('positions are stored for each producer, and a replay may be run again', async () => {
    const chain = new Chain();
    const line = (text: string, sourceMs: number) =>
      chain.word('a', { [header.position]: text, [header.sourceTime]: String(sourceMs) });
    await chain.worker()([line('replay/x 0 1 0', 1), line('replay/y 0 1 0', 2), line('replay/x 0 1 0', 3)]);
    await expectOnce(chain, ['a', 'a']);
  });
});

describe('records without a position', () => {
  it('a record without a position counts once for its id within 24 hours of append time', async () => {
    const chain = new Chain();
    const [first, second] = [chain.word('a', { [header.id]: 'x' }), chain.word('a', { [header.id]: 'x' })];
    const dayLater = { ...chain.word('b', { [header.id]: 'y' }), timestampMs: first.timestampMs + 86_400_001 };
    const forgotten = { ...chain.word('a', { [header.id]: 'x' }), timestampMs: dayLater.timestampMs };
    await chain.worker()([first, second, dayLater, forgotten]);
    await expectOnce(chain, ['a', 'b', 'a']);
  });
});
