import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { header, type LogRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { Dedup, idsMax, type Novelty, passingMax } from '../../../../functions/shared/runner/dedup.ts';

const dayMs = 86_400_000;

const admit = (dedup: Dedup, each: LogRecord): Novelty => dedup.admit(each, { stage: 'detect', epoch: 0 });

function record(timestampMs: number, headers: Record<string, string>): LogRecord {
  return { topic: topics.samples, partition: 0, offset: 0, timestampMs, key: null, value: null, headers };
}
const at = (timestampMs: number, position: string, sourceMs = timestampMs) =>
  record(timestampMs, { [header.position]: position, [header.sourceTime]: String(sourceMs) });

const highWatersOf = (dedup: Dedup): string[] =>
  JSON.parse(`${dedup.encode()}`).highWaters.map(([producer]: [string]) => producer);

describe('the memory of a redrive', () => {
  it('100,000 letters of a redrive are remembered as one position, which is forgotten after 8 days of log time', () => {
    const dedup = new Dedup();
    admit(dedup, at(1_000, 'normalise/offbeat.beats/0 0 7 0'));
    const before = dedup.encode().length;
    for (let number = 0; number < 100_000; number += 1) {
      admit(dedup, at(1_000 + number, `redrive/run/offbeat.beats/0 0 ${number} 0`));
    }
    expect(highWatersOf(dedup)).toEqual(['normalise/offbeat.beats/0', 'redrive/run/offbeat.beats/0']);
    expect(dedup.encode().length - before).toBeLessThan(200);

    const lastMs = 100_999;
    admit(dedup, record(lastMs + 8 * dayMs, {}));
    expect(highWatersOf(dedup)).toContain('redrive/run/offbeat.beats/0');
    admit(dedup, record(lastMs + 8 * dayMs + 1, {}));
    expect(highWatersOf(dedup)).toEqual(['normalise/offbeat.beats/0']);
  });

  it('the position of a redrive is kept for 8 days after the last record that counted, not after a repeat', () => {
    const dedup = new Dedup();
    const novelties = [
      at(0, 'redrive/run/x 0 0 0'),
      at(7 * dayMs, 'redrive/run/x 0 1 0'),
      at(14 * dayMs, 'redrive/run/x 0 1 0'),
      at(15 * dayMs + 1, 'redrive/run/x 0 1 0'),
    ].map((each) => admit(dedup, each));
    expect(novelties).toEqual(['new', 'new', 'duplicate position', 'new']);
  });

  it('a redrive that was stopped may send its letters again, and does not count as a topic that was recreated', () => {
    const dedup = new Dedup();
    const numbers = [0, 1, 2, 0, 1, 2, 3];
    const novelties = numbers.map((number, index) => admit(dedup, at(index, `redrive/run/x 0 ${number} 0`)));
    expect(novelties.filter((novelty) => novelty === 'new')).toHaveLength(4);
  });
});

describe('the memory of a redrive when a clock of the brokers was ahead', () => {
  it('a repeat is recognised although the clock of a broker was ahead', () => {
    const dedup = new Dedup();
    admit(dedup, record(30 * dayMs, {}));
    expect(admit(dedup, at(1_000, 'redrive/run/x 0 0 0'))).toBe('new');
    expect(admit(dedup, at(2_000, 'redrive/run/x 0 0 0'))).toBe('duplicate position');
  });
});

describe('the memory of any other producer', () => {
  it('the position of any other producer is never forgotten', () => {
    const dedup = new Dedup();
    for (const producer of ['detect/offbeat.samples/0', 'replay/abc', 'live']) admit(dedup, at(0, `${producer} 0 1 0`));
    admit(dedup, record(1_000 * dayMs, {}));
    expect(highWatersOf(dedup)).toEqual(['detect/offbeat.samples/0', 'live']);
    expect(admit(dedup, at(1_000 * dayMs, 'live 0 1 0', 0))).toBe('duplicate position');
  });
});

describe('the memory of a partition', () => {
  /** Times that jump about, back too, as those of brokers whose clocks differ. */
  const records = fc.array(
    fc.record({
      stepMs: fc.constantFrom(-1_000, 0, 1, dayMs, 4 * dayMs, 9 * dayMs),
      producer: fc.constantFrom('redrive/a/x', 'redrive/b/x', 'replay/c', 'normalise/x'),
      number: fc.nat({ max: 4 }),
      id: fc.option(fc.constantFrom('x', 'y'), { freq: 4 }),
    }),
    { maxLength: 40 },
  );

  it('any split of the log into batches gives the same decisions and the same stored bytes', () => {
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (steps, batches) => {
        let timeMs = 0;
        const log = steps.map(({ stepMs, producer, number, id }) => {
          timeMs = Math.max(0, timeMs + stepMs);
          // Source time 0: none of them is taken for a topic that was recreated.
          return id === null ? at(timeMs, `${producer} 0 ${number} 0`, 0) : record(timeMs, { [header.id]: id });
        });
        const whole = new Dedup();
        const expected = log.map((each) => admit(whole, each));
        let cut = new Dedup();
        const novelties: Novelty[] = [];
        for (let nth = 0, from = 0; from < log.length; nth += 1) {
          const batch = log.slice(from, from + batches[nth % batches.length]!);
          novelties.push(...batch.map((each) => admit(cut, each)));
          cut = new Dedup(cut.encode());
          from += batch.length;
        }
        expect(novelties).toEqual(expected);
        expect(`${cut.encode()}`).toBe(`${whole.encode()}`);
      }),
    );
  });

  it('a block of another version is refused with one line that names the remedy', () => {
    expect(() => new Dedup(Buffer.from('{"version":1,"highWaters":[],"ids":[]}'))).toThrow(
      /the block "runner" has version 1: this Offbeat reads version 2; run the Offbeat that wrote it, or start with/,
    );
  });
});

it('the memory of ids holds 10,000 of them, and forgets the oldest first', () => {
  const dedup = new Dedup();
  const asked = (nth: number) => admit(dedup, record(nth, { [header.id]: `command-${nth}` }));
  for (let nth = 0; nth <= idsMax; nth += 1) expect(asked(nth)).toBe('new');
  expect(asked(idsMax)).toBe('duplicate id');
  expect(JSON.parse(`${dedup.encode()}`).ids).toHaveLength(idsMax);
  expect(asked(0)).toBe('new');
});

it('the memory of replays and redrives holds 10,000 of them, and forgets those counted longest ago first', () => {
  const dedup = new Dedup();
  const from = (producer: string, timeMs: number) => admit(dedup, at(timeMs, `${producer} 0 1 0`));
  from('normalise/offbeat.beats/0', 0);
  for (let nth = 0; nth < passingMax; nth += 1) from(`replay/${nth}`, nth);
  expect(highWatersOf(dedup)).toHaveLength(passingMax + 1);
  from('replay/one-more', passingMax);
  expect(highWatersOf(dedup)).toHaveLength(0.75 * passingMax + 2);
  expect(from('replay/one-more', passingMax)).toBe('duplicate position');
  expect(from(`replay/${passingMax - 1}`, passingMax)).toBe('duplicate position');
  expect(from('normalise/offbeat.beats/0', 0)).toBe('duplicate position');
  expect(from('replay/0', passingMax)).toBe('new');
});
