import { describe, expect, it } from 'vitest';
import { Held, type HeldTick } from '../../../functions/alert/held.ts';
import { anomaly, midnightMs, seriesAt } from './signals.ts';

const reported = (id: string, startsAtMs = midnightMs, revision = 1, name = 'a') => ({
  anomaly: { ...anomaly({ id, startsAtMs, series: seriesAt('host', name) }), revision },
  detectPartition: 0,
});
const idsOf = (ticks: readonly HeldTick[]): string[] =>
  ticks.map(
    ({ tickMs, anomalies }) =>
      `${tickMs}: ${anomalies.map(({ anomaly: { id, revision } }) => id + revision).join(' ')}`,
  );

describe('held anomalies', () => {
  it('are released tick by tick, the oldest first, and only those of the scope before the moment', () => {
    const held = new Held();
    held.add('live', 3000, reported('c'));
    held.add('live', 1000, reported('a'));
    held.add('old', 1000, reported('o'));
    held.add('live', 2000, reported('b'));
    expect(idsOf(held.releaseBefore('live', 3000))).toEqual(['1000: a1', '2000: b1']);
    expect(held.count).toBe(2);
    expect(held.releaseBefore('live', 3000)).toEqual([]);
  });

  it.each([
    ['onset', [reported('b', midnightMs + 1), reported('a', midnightMs)], '1000: a1 b1'],
    [
      'series, where onsets are equal',
      [reported('a', midnightMs, 1, 'z'), reported('b', midnightMs, 1, 'y')],
      '1000: b1 a1',
    ],
    ['id, where onsets and series are equal', [reported('b'), reported('a')], '1000: a1 b1'],
    ['revision, where all else is equal', [reported('a', midnightMs, 2), reported('a', midnightMs, 1)], '1000: a1 a2'],
  ])('of one tick are in the order of %s (ONE-ORDER)', (_, given, expected) => {
    const held = new Held();
    for (const each of given) held.add('live', 1000, each);
    expect(idsOf(held.releaseBefore('live', 2000))).toEqual([expected]);
  });

  it('are released from the oldest tick of all scopes when too many wait', () => {
    const held = new Held();
    held.add('live', 2000, reported('b'));
    held.add('old', 1000, reported('a'));
    expect(held.releaseOldest()).toMatchObject({ scope: 'old', tickMs: 1000 });
    expect(held.releaseOldest()).toMatchObject({ scope: 'live', tickMs: 2000 });
    expect(held.releaseOldest()).toBeUndefined();
  });

  it('are the same after they were stored and restored', () => {
    const [held, restored] = [new Held(), new Held()];
    held.add('live', 1000, reported('a'));
    restored.restore(held.get(Held.blockOf('live', 1000))!);
    expect([restored.count, idsOf(restored.releaseBefore('live', 2000))]).toEqual([1, ['1000: a1']]);
  });
});
