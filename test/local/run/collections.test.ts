import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../functions/collect/collected.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { collectRegularly } from '../../../local/run/collections.ts';

const ok: Collected = { documents: [{ n: 1 }], status: { status: 'ok' }, isReachable: true };
const down: Collected = { documents: [{ n: 2 }], status: { status: 'down', reason: 'refused' }, isReachable: false };

/** Collects with the given rounds, and stops after the last one. A round that is an error rejects. */
async function collected(rounds: readonly (Collected | Error)[], append = async () => {}) {
  const stop = new AbortController();
  const telemetry = new MemoryTelemetry(
    () => {},
    () => '',
  );
  const lines: string[] = [];
  let nth = 0;
  const collect = async (): Promise<Collected> => {
    const round = rounds[nth++]!;
    if (nth > rounds.length) stop.abort();
    if (round instanceof Error) throw round;
    return round ?? ok;
  };
  const report = (line: string): void => void lines.push(line);
  await collectRegularly({ name: 'kafka://b:9092', periodMs: 1, collect }, { append, telemetry, report }, stop.signal);
  return { lines: lines.filter((line) => !line.includes('missed')), counts: telemetry.counts() };
}

describe('a target that is collected regularly', () => {
  it('is told once, and when it is no longer reachable, and when it is again', async () => {
    const { lines } = await collected([ok, ok, down, down, ok]);
    expect(lines).toEqual([
      'collecting kafka://b:9092 every 1ms',
      'warning: kafka://b:9092 is down: refused',
      'kafka://b:9092 answers',
    ]);
  });

  it('is told at once if it is not reachable', async () => {
    expect((await collected([down])).lines).toHaveLength(2);
  });

  it('is collected again after a collection that failed, which is told once', async () => {
    const { lines } = await collected([new Error('no such\u001b[31m secret'), new Error('no such secret'), ok]);
    expect(lines.slice(1)).toEqual([
      'warning: kafka://b:9092 was not collected: no such\\u001b[31m secret',
      'kafka://b:9092 answers',
    ]);
  });

  it('is collected again after documents that could not be appended, and is told only of those that were', async () => {
    let appends = 0;
    let delivered = 0;
    const onDelivered = (): void => {
      delivered += 1;
    };
    const told = { ...ok, onDelivered };
    const { lines } = await collected([told, told], async () => {
      appends += 1;
      if (appends === 1) throw new Error('the log does not answer');
    });
    expect(lines.slice(1)).toEqual([
      'warning: kafka://b:9092 was not collected: the log does not answer',
      'kafka://b:9092 answers',
    ]);
    expect(delivered).toBe(1);
  });

  it('never overlaps with itself: periods that passed are counted and told, and not made up for', async () => {
    const stop = new AbortController();
    const telemetry = new MemoryTelemetry(
      () => {},
      () => '',
    );
    const lines: string[] = [];
    let nowMs = 0;
    let [running, most, rounds] = [0, 0, 0];
    const collect = async (): Promise<Collected> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      rounds += 1;
      nowMs += rounds === 1 ? 35 : 0;
      if (rounds === 2) stop.abort();
      running -= 1;
      return ok;
    };
    const report = (line: string): void => void lines.push(line);
    const deps = { append: async () => {}, telemetry, report, now: () => nowMs };
    await collectRegularly({ name: 'a', periodMs: 10, collect }, deps, stop.signal);
    expect([most, rounds, telemetry.counts()]).toEqual([1, 2, { collections_missed: 3 }]);
    expect(lines).toContain('warning: a: its collection took longer than its period; 3 missed');
  });

  it('ends when the run is stopped in the middle of a collection, and appends nothing', async () => {
    const stop = new AbortController();
    let appended = 0;
    const collect = (signal: AbortSignal): Promise<Collected> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const append = async (): Promise<void> => {
      appended += 1;
    };
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    const telemetry = new MemoryTelemetry(
      () => {},
      () => '',
    );
    const deps = { append, telemetry, report };
    const running = collectRegularly({ name: 'a', periodMs: 10_000, collect }, deps, stop.signal);
    stop.abort();
    await running;
    expect([appended, lines]).toEqual([0, ['collecting a every 10s']]);
  });
});
