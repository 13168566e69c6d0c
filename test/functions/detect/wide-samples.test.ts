import { describe, expect, it, vi } from 'vitest';
import { DetectState } from '../../../functions/detect/state.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { startMs } from './flood.ts';
import { context, run, sample } from './records.ts';

const limited = (perEntity: number, perPartition: number) =>
  new DetectState(new Map(), context.settings, { perEntity, perPartition });
const names = (count: number) => Array.from({ length: count }, (_, nth) => `metric-${nth}`);
const wide = (metrics: readonly string[], second = 0) =>
  sample({
    timestampMs: startMs + second * 1_000,
    measurements: Object.fromEntries(metrics.map((name) => [name, 1])),
  });

describe('a sample with more new series than the limits allow', () => {
  it.each([
    ['an entity', 3, 1_000, 'ofEntity'],
    ['a partition', 1_000, 3, 'all'],
  ] as const)('searches the groups once if the limit of %s is reached', (_, perEntity, perPartition, search) => {
    const state = limited(perEntity, perPartition);
    const searches = vi.spyOn(state.table, search);
    run([wide(names(500))], state);
    expect(state.table.seriesCount).toBe(3);
    expect(searches).toHaveBeenCalledTimes(1);
  });

  it('searches only the groups of its entity if the limit of the entity is reached', () => {
    const state = limited(3, 1_000);
    const others = names(50).map((name) =>
      sample({ entity: { cluster: 'c', kind: 'host', name }, timestampMs: startMs }),
    );
    run(others, state);
    const ofAll = vi.spyOn(state.table, 'all');
    run([wide(names(3)), wide(['new'], 10)], state);
    expect(state.counts.get('forgotten for new series')).toBe(1);
    expect(ofAll).not.toHaveBeenCalled();
  });

  it('has its judged series added after one that is only shown was refused', () => {
    const state = limited(1_000, 8);
    const shown = ['fd.open', 'fd.limit.soft', 'fd.limit.hard', 'memory.size', 'memory.share'];
    run([wide([...shown.map((name) => `system.process.${name}`), 'judged'])], state);
    const known = state.table.all().flatMap(({ metrics }) => metrics.map(({ rule }) => rule.isJudged));
    expect(known).toEqual([false, false, false, false, true]);
    expect(state.counts.get('too many series')).toBe(1);
  });
});

describe('the time of applying samples', () => {
  /** Returns the least CPU time of several rounds, µs. Each round has an empty state of its own. */
  function leastUs(before: readonly LogRecord[], records: readonly LogRecord[]): number {
    const turns = Array.from({ length: 3 }, () => {
      const state = limited(100_000, 100_000);
      run(before, state);
      const from = process.cpuUsage();
      run(records, state);
      const { user, system } = process.cpuUsage(from);
      return user + system;
    });
    return Math.min(...turns);
  }

  const works: Record<string, (count: number) => { before?: readonly LogRecord[]; records: readonly LogRecord[] }> = {
    'new names in one sample': (count) => ({ records: [wide(names(count))] }),
    'new names of one group, one a sample': (count) => ({ records: names(count).map((name) => wide([name])) }),
    'known names in another order': (count) => ({
      before: [wide(names(count))],
      records: [wide(names(count).reverse(), 10)],
    }),
  };

  it.each(Object.entries(works))('grows with the number of %s, not with its square', (_, of) => {
    const [few, many] = [of(5_000), of(40_000)].map(({ before = [], records }) => leastUs(before, records));
    // Eight times as much is linear, 64 times quadratic.
    expect(many! / few!).toBeLessThan(24);
  });
});
