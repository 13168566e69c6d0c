import { liveScope, type Sample, sampleVersion } from '../../functions/shared/domain/sample.ts';
import { tickVersion } from '../../functions/shared/domain/signal.ts';
import { type Effect, header } from '../../functions/shared/log/record.ts';
import { sampleKey, topics } from '../../functions/shared/log/topics.ts';
import { afterEndMs, gapMsMax, tickMs } from '../replay/replay-time.ts';

/** A record of `samples` with the time at which it is appended, ms since the epoch. */
export type TimedRecord = readonly [timeMs: number, record: Effect];

/** The records of stored samples as live data has them: the samples, and ticks of their times in one lane. */
export class LiveSamples {
  #tickedMs: number | undefined;

  /**
   * Yields the records of the next samples. A gap of more than 10 minutes is one tick.
   * @param samples in the order of their times
   */
  *recordsOf(samples: readonly Sample[]): Generator<TimedRecord> {
    for (const sample of samples) {
      yield* this.#ticksUntil(sample.timestampMs);
      yield [sample.timestampMs, recordOf(sample)];
    }
  }

  /** Yields the ticks that close the last minute. */
  *lastRecords(): Generator<TimedRecord> {
    if (this.#tickedMs !== undefined) yield* this.#ticksUntil(this.#tickedMs + afterEndMs);
  }

  *#ticksUntil(timeMs: number): Generator<TimedRecord> {
    const reachedMs = timeMs - (timeMs % tickMs);
    const from = this.#tickedMs;
    if (from === undefined || reachedMs - from > gapMsMax) {
      yield tickAt(reachedMs);
    } else {
      for (let ms = from + tickMs; ms <= reachedMs; ms += tickMs) yield tickAt(ms);
    }
    this.#tickedMs = Math.max(from ?? 0, reachedMs);
  }
}

const onlyLane = { [header.lane]: '0/1' };

function recordOf({ scope: _, ...sample }: Sample): Effect {
  return {
    topic: topics.samples,
    partition: 0,
    key: sampleKey(sample.entity),
    value: JSON.stringify(sample),
    headers: { [header.schema]: sampleVersion, ...onlyLane },
  };
}

function tickAt(timeMs: number): TimedRecord {
  const value = JSON.stringify({ scope: liveScope, timeMs });
  return [
    timeMs,
    { topic: topics.samples, partition: 0, key: null, value, headers: { [header.schema]: tickVersion, ...onlyLane } },
  ];
}
