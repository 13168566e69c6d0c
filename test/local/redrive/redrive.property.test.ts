import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givenPositions } from '../../../functions/normalise/position.ts';
import type { LogRecord, OutgoingRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { Dedup } from '../../../functions/shared/runner/dedup.ts';
import { FailedError } from '../../../local/failed-error.ts';
import {
  type LetterFilter,
  lettersToRedrive,
  type RedrivePorts,
  redriveLetters,
} from '../../../local/redrive/redrive.ts';
import { Crash, type Decide, withFaults } from '../../support/faults.ts';
import { addLetter, redrivePorts, type TestLetter, type TestPorts } from './letters.ts';

const stages = ['normalise', 'detect', 'alert'];
const reasons = ['not JSON', 'step failed'];

const letters: fc.Arbitrary<Omit<TestLetter, 'value' | 'offset'> & { copies: number }> = fc.record({
  stage: fc.constantFrom(...stages),
  reason: fc.constantFrom(...reasons),
  topic: fc.constantFrom(topics.beats, topics.samples),
  partition: fc.nat({ max: 1 }),
  into: fc.nat({ max: 1 }),
  copies: fc.integer({ min: 1, max: 2 }),
});
const filters: fc.Arbitrary<LetterFilter> = fc.record(
  { stage: fc.constantFrom(...stages), reason: fc.constantFrom(...reasons) },
  { requiredKeys: [] },
);
const runs = fc.array(
  fc.record({
    filter: filters,
    /** Letters that are appended before this run begins. */
    added: fc.array(letters, { maxLength: 6 }),
    stopAt: fc.nat({ max: 12 }),
    side: fc.constantFrom<'before' | 'half' | 'after'>('before', 'half', 'after'),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Letters in pages of 3, over two partitions of every topic. */
class Scene {
  readonly ports: TestPorts = redrivePorts(3, {
    [topics.deadLetters]: 2,
    [topics.beats]: 2,
    [topics.samples]: 2,
  });
  readonly values: string[] = [];
  #runs = 0;

  add(added: readonly (Omit<TestLetter, 'value' | 'offset'> & { copies: number })[]): void {
    for (const { copies, ...letter } of added) {
      const offset = this.values.length;
      const value = `letter ${offset}`;
      this.values.push(value);
      for (let copy = 0; copy < copies; copy += 1) addLetter(this.ports, { ...letter, value, offset });
    }
  }

  async run(filter: LetterFilter, ports: RedrivePorts = this.ports): Promise<void> {
    this.#runs += 1;
    for await (const { refused } of redriveLetters(filter, ports, `run${this.#runs}`)) expect(refused).toEqual([]);
  }

  /** Returns what the readers of `samples` count if records of both topics reach each of its partitions in this `order`. */
  counted(order: readonly number[]): string[] {
    return [0, 1].flatMap((partition) => {
      const reader = new Dedup();
      const sources = [
        this.#normalised(0, partition),
        this.#normalised(1, partition),
        this.ports.eventLog.records(topics.samples, partition),
      ];
      return merged(sources, order)
        .filter((record) => reader.admit(record, { stage: 'detect', epoch: 0 }) === 'new')
        .map(({ value }) => `${value}`);
    });
  }

  /** Each redriven beat becomes two samples for each partition, except those of letters that went to `samples`. */
  #normalised(beatsPartition: number, partition: number): LogRecord[] {
    return this.ports.eventLog.records(topics.beats, beatsPartition).flatMap((beat) => {
      const numbering = givenPositions(beat)!;
      return [0, 1].map((nth) => ({
        ...beat,
        value: Buffer.from(`${beat.value} ${nth} on ${partition}`),
        headers: numbering(nth),
      }));
    });
  }

  /** Each letter once. */
  expected(): string[] {
    const beats = new Set(
      [0, 1].flatMap((from) => this.ports.eventLog.records(topics.beats, from).map(({ value }) => `${value}`)),
    );
    return this.values
      .flatMap((value) =>
        beats.has(value) ? [0, 1].flatMap((on) => [0, 1].map((nth) => `${value} ${nth} on ${on}`)) : [value],
      )
      .sort();
  }
}

/** Records of several sources in one order that keeps that of each. */
function merged(sources: readonly (readonly LogRecord[])[], order: readonly number[]): LogRecord[] {
  const left = sources.map((source) => [...source]);
  const records: LogRecord[] = [];
  for (let nth = 0; left.some((source) => source.length > 0); nth += 1) {
    const some = left.filter((source) => source.length > 0);
    records.push(some[(order[nth % order.length] ?? 0) % some.length]!.shift()!);
  }
  return records;
}

/** Ports that die at the `nth` write, whichever it is. */
function dyingAt(nth: number, side: 'before' | 'half' | 'after', ports: TestPorts): RedrivePorts {
  let writes = 0;
  const decide: Decide = (call, at) => {
    if (call !== 'objects.put' && call !== 'eventLog.append') return undefined;
    if (at === 'before') writes += 1;
    return writes === nth + 1 && at === side ? new Crash() : undefined;
  };
  const half = {
    append: async (records: readonly OutgoingRecord[]) => {
      if (side !== 'half' || writes !== nth + 1) return ports.eventLog.append(records);
      await ports.eventLog.append(records.slice(0, Math.ceil(records.length / 2)));
      throw new Crash();
    },
    earliestOffset: ports.eventLog.earliestOffset,
  };
  return {
    ...ports,
    objects: withFaults('objects', ports.objects, decide),
    eventLog: withFaults('eventLog', half, decide),
  };
}

/** Ports with calls that are interleaved: each call, and each record of an append, waits for the scheduler. */
function interleaved(scheduler: fc.Scheduler, ports: TestPorts): RedrivePorts {
  const turn: Decide = async (call, at) => {
    if (at === 'before') await scheduler.schedule(Promise.resolve(), call);
    return undefined;
  };
  const oneByOne = {
    append: async (records: readonly OutgoingRecord[]) => {
      for (const record of records) {
        await scheduler.schedule(Promise.resolve(), 'a record');
        await ports.eventLog.append([record]);
      }
      return [];
    },
    earliestOffset: ports.eventLog.earliestOffset,
  };
  return { ...ports, objects: withFaults('objects', ports.objects, turn), eventLog: oneByOne };
}

const orders = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 10 });
const doubled = (counted: readonly string[]): string[] =>
  counted.filter((value, index) => counted.indexOf(value) !== index);

describe('redrives', () => {
  it('count each letter once, wherever they are stopped and whatever the filter of the next start is', async () => {
    await fc.assert(
      fc.asyncProperty(runs, orders, async (planned, order) => {
        const scene = new Scene();
        for (const { filter, added, stopAt, side } of planned) {
          scene.add(added);
          await scene.run(filter, dyingAt(stopAt, side, scene.ports)).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
          });
          expect(doubled(scene.counted(order))).toEqual([]);
        }
        await scene.run({});
        expect(scene.counted(order).sort()).toEqual(scene.expected());
        for await (const page of lettersToRedrive({}, scene.ports)) expect(page).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('at the same time count each letter once: one of them ends with an error, or both send the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(letters, { minLength: 1, maxLength: 12 }),
        fc.tuple(filters, filters),
        fc.scheduler(),
        orders,
        async (added, both, scheduler, order) => {
          const scene = new Scene();
          scene.add(added);
          const running = both.map((filter) => scene.run(filter, interleaved(scheduler, scene.ports)));
          await scheduler.waitFor(Promise.allSettled(running));
          const failed = (await Promise.allSettled(running)).filter(({ status }) => status === 'rejected');
          expect(failed.length).toBeLessThan(2);
          for (const { reason } of failed as PromiseRejectedResult[]) {
            expect(reason).toBeInstanceOf(FailedError);
            expect(reason.message).toMatch(/^another redrive is in progress/);
          }
          expect(doubled(scene.counted(order))).toEqual([]);
          await scene.run({});
          expect(scene.counted(order).sort()).toEqual(scene.expected());
        },
      ),
      { numRuns: 300 },
    );
  });
});
