import { describe, expect, it } from 'vitest';
import { flood, limited, reachedLimitsOf, ship, startMs } from './flood.ts';
import { run, sample, tick } from './records.ts';

describe('a limit that is reached', () => {
  it('is noted until no series was forgotten or refused for 10 minutes', () => {
    const state = limited(100, 10);
    const newcomers = flood(1, 0, 30, (nth) => ({ name: `random-${nth}` }));
    ship(state, [newcomers], 30);
    const [limit] = reachedLimitsOf(state);
    expect(limit).toMatchObject({
      sinceMs: startMs + 10_000,
      newest: 'c/host/random-28 system.cpu.total.norm.pct',
      refused: 0,
    });
    expect(limit?.forgotten).toBeGreaterThan(15);
    run([tick(startMs + 40_000)], state);
    expect(state.takeChanges().has('full')).toBe(false);
    run([tick(startMs + 640_000)], state);
    expect(state.takeChanges().get('full')).toBeNull();
  });

  it('of an entity is noted with the entity, for at most five entities', () => {
    const state = limited(2, 1_000);
    const hosts = flood(1, 0, 70, (nth) => ({ name: `host-${nth % 7}`, device: `${nth}` }));
    ship(state, [hosts], 70);
    expect(reachedLimitsOf(state).map(({ entity }) => entity)).toEqual(
      [0, 1, 2, 3, 4].map((nth) => `c/host/host-${nth}`),
    );
  });

  it('is noted with the last new series, which shows the dimension with unbounded values', () => {
    const state = limited(2, 1_000);
    ship(state, [flood(1, 0, 5, (nth) => ({ name: 'web', device: `r${nth}` }))], 5);
    expect(reachedLimitsOf(state)).toMatchObject([{ newest: 'c/host/web system.cpu.total.norm.pct{device=r4}' }]);
  });

  it('is noted with the last refused series, cut after 300 characters', () => {
    const state = limited(2, 1_000);
    const device = 'd'.repeat(1_000);
    run([sample({ dimensions: { device }, measurements: { a: 1, b: 1, c: 1, d: 1 } })], state);
    const [limit] = reachedLimitsOf(state);
    expect(limit).toMatchObject({ refused: 1, newest: expect.stringMatching(/ d{device=d+…$/) });
    expect(limit?.newest.length).toBeLessThan(310);
  });
});
