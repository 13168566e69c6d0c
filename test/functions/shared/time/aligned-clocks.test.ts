import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveScope } from '../../../../functions/shared/domain/sample.ts';
import { AlignedClocks, type InputTick } from '../../../../functions/shared/time/aligned-clocks.ts';
import { restoreClock, storeClock } from '../../../../functions/shared/time/stored-clocks.ts';

const second = 1_000;
const startMs = Date.parse('2026-11-23T15:00:00Z');

/** Returns a tick of one of `of` inputs, `atS` seconds after the start, appended at that time by default. */
const tick = (index: number, atS: number, of = 2, appendedS = atS): InputTick => ({
  scope: liveScope,
  index,
  of,
  timeMs: startMs + atS * second,
  appendedMs: startMs + appendedS * second,
});

/** Returns the time of the scope after these ticks, in seconds after the start. */
function timeAfter(ticks: readonly InputTick[], clocks = new AlignedClocks()): number | undefined {
  for (const each of ticks) clocks.advance(each);
  const now = clocks.now(ticks[0]!.scope);
  return now === undefined ? undefined : (now - startMs) / second;
}

/** Returns ticks of one input every 2 s, both ends included. */
const ticksOf = (index: number, fromS: number, toS: number, of = 2): InputTick[] =>
  Array.from({ length: (toS - fromS) / 2 + 1 }, (_, nth) => tick(index, fromS + 2 * nth, of));

const inTurns = (a: readonly InputTick[], b: readonly InputTick[]): InputTick[] =>
  a.flatMap((each, nth) => [each, b[nth]!]);

describe('aligned time', () => {
  it('is that of the slowest input', () => {
    expect(timeAfter([tick(0, 2), tick(1, 2), tick(0, 4), tick(0, 6), tick(1, 4)])).toBe(4);
  });

  it('does not begin before every input has ticked', () => {
    expect(timeAfter([tick(0, 2), tick(0, 4)])).toBeUndefined();
    expect(timeAfter([tick(0, 2), tick(0, 4), tick(1, 2)])).toBe(2);
  });

  it('ignores a tick that is not newer than the last of its input', () => {
    const clocks = new AlignedClocks();
    timeAfter([tick(0, 2), tick(1, 2)], clocks);
    expect(clocks.advance(tick(0, 2))).toEqual({ outcome: 'not newer' });
    expect(clocks.advance(tick(0, 0))).toEqual({ outcome: 'not newer' });
    expect(clocks.advance(tick(0, 4))).toEqual({ outcome: 'waiting for others' });
    expect(clocks.advance(tick(1, 4))).toEqual({ outcome: 'moved on', toMs: startMs + 4 * second });
  });

  it('reaches every tick of the slowest input, however far ahead the others are', () => {
    const clocks = new AlignedClocks();
    const visited = [...ticksOf(0, 0, 20), ...ticksOf(1, 0, 20)].flatMap((each) => {
      const advance = clocks.advance({ ...each, appendedMs: startMs + 7 * 86_400 * second });
      return advance.outcome === 'moved on' ? [(advance.toMs - startMs) / second] : [];
    });
    expect(visited).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  });

  it('waits for inputs that were added, and not for inputs that were removed', () => {
    expect(timeAfter([tick(0, 2, 1), tick(0, 4, 2), tick(0, 6, 2)])).toBe(2);
    expect(timeAfter([tick(0, 2, 2), tick(1, 2, 2), tick(0, 4, 1), tick(0, 6, 1)])).toBe(6);
  });
});

describe('an input is left behind', () => {
  it('when it has not ticked for more than 30 s while others did, and not before', () => {
    const clocks = new AlignedClocks();
    timeAfter([...inTurns(ticksOf(0, 0, 10), ticksOf(1, 0, 10))], clocks);
    expect(timeAfter(ticksOf(0, 12, 40), clocks)).toBe(10);
    expect(clocks.leftBehind(liveScope)).toBe(0);
    expect(timeAfter(ticksOf(0, 42, 44), clocks)).toBe(44);
    expect(clocks.leftBehind(liveScope)).toBe(1);
  });

  it('when it never ticked for as long', () => {
    expect(timeAfter(ticksOf(0, 0, 30))).toBeUndefined();
    expect(timeAfter(ticksOf(0, 0, 32))).toBe(32);
  });

  it('when its tick is over 2 min behind the newest, after that has been live for more than 30 s', () => {
    // Both read a backlog. The first has reached its end at 1000 s; the second is slower.
    const [clocks, slow] = [new AlignedClocks(), (atS: number, nowS: number) => tick(1, atS, 2, nowS)];
    expect(timeAfter([slow(0, 990), tick(0, 0, 2, 990), tick(0, 1_000, 2, 1_000), slow(2, 1_000)], clocks)).toBe(2);
    expect(timeAfter([tick(0, 1_010), slow(4, 1_010), tick(0, 1_020), slow(6, 1_020), tick(0, 1_030)], clocks)).toBe(6);
    expect(clocks.leftBehind(liveScope)).toBe(0);
    expect(timeAfter([slow(8, 1_030), tick(0, 1_032), slow(10, 1_032)], clocks)).toBe(1_032);
    expect(timeAfter([slow(900, 1_033), tick(0, 1_034)], clocks)).toBe(1_034);
    expect(timeAfter([slow(916, 1_035), tick(0, 1_036)], clocks)).toBe(1_034);
    expect(clocks.leftBehind(liveScope)).toBe(0);
  });

  it('but not when it reads its backlog a little later than the others', () => {
    const read = (index: number, atS: number) => tick(index, atS, 2, 1_000);
    const all = (index: number) => [0, 200, 400, 600, 800, 1_000].map((atS) => read(index, atS));
    expect(timeAfter([...all(0), ...all(1).slice(0, 2)])).toBe(200);
    expect(timeAfter([...all(0), ...all(1)])).toBe(1_000);
  });

  it('and counts again with its next tick within these limits, while time does not go back', () => {
    const clocks = new AlignedClocks();
    timeAfter([...inTurns(ticksOf(0, 0, 10), ticksOf(1, 0, 10)), ...ticksOf(0, 12, 50)], clocks);
    expect(timeAfter([tick(1, 12, 2, 51)], clocks)).toBe(50);
    expect(clocks.leftBehind(liveScope)).toBe(0);
    expect(timeAfter([tick(0, 52, 2, 52), tick(0, 54, 2, 54)], clocks)).toBe(50);
    expect(timeAfter([tick(1, 52, 2, 55)], clocks)).toBe(52);
  });

  it('but not while all inputs read a backlog of hours', () => {
    const hours = 6 * 3_600;
    const inBacklog = (index: number, fromS: number) =>
      ticksOf(index, fromS, fromS + 600).map((each) => ({ ...each, appendedMs: startMs + hours * second }));
    expect(timeAfter([...inBacklog(0, 0), ...inBacklog(0, 602), ...inBacklog(1, 0)])).toBe(600);
  });

  it('but not after hours in which no input ticked', () => {
    const clocks = new AlignedClocks();
    const before = inTurns(ticksOf(0, 0, 10), ticksOf(1, 0, 10));
    expect(timeAfter([...before, tick(0, 36_000), tick(0, 36_002)], clocks)).toBe(10);
    expect(clocks.leftBehind(liveScope)).toBe(0);
    expect(timeAfter([tick(1, 36_002)], clocks)).toBe(36_002);
  });

  it('but never in a replay, which waits for all of its inputs', () => {
    const replayed = (index: number, atS: number, appendedS: number) => ({
      ...tick(index, atS, 2, appendedS),
      scope: 'recorded',
    });
    expect(timeAfter([replayed(0, 0, 0), replayed(1, 0, 1), replayed(0, 600, 300), replayed(0, 1_200, 601)])).toBe(0);
  });
});

describe('the end of a replay', () => {
  const end = (index: number, atS: number) => ({ ...tick(index, atS, 2, atS), scope: 'recorded' });

  it('is reached once every input has ended', () => {
    const clocks = new AlignedClocks();
    expect(clocks.end(end(0, 10))).toBe(false);
    expect(clocks.end(end(0, 10))).toBe(false);
    expect(clocks.end(end(1, 10))).toBe(true);
  });

  it('of one input lets the time of the others move on', () => {
    const clocks = new AlignedClocks();
    clocks.end(end(0, 10));
    expect(timeAfter([end(1, 20)], clocks)).toBe(20);
  });

  it('is undone for an input that ticks again, because the replay was started again', () => {
    const clocks = new AlignedClocks();
    clocks.end(end(0, 10));
    timeAfter([end(0, 20)], clocks);
    expect(clocks.end(end(1, 20))).toBe(false);
  });
});

describe('a clock that was ahead', () => {
  const day = 86_400;

  it('of one broker leaves its lane behind until the clock is set right', () => {
    const clocks = new AlignedClocks();
    timeAfter(inTurns(ticksOf(0, 0, 10), ticksOf(1, 0, 10)), clocks);
    // The tick of a day ahead is in a partition whose own broker has the right time.
    expect(timeAfter([tick(1, day, 2, 12), ...ticksOf(0, 12, 60)], clocks)).toBe(60);
    expect(clocks.leftBehind(liveScope)).toBe(1);
    expect(timeAfter([tick(1, 62, 2, 62), tick(0, 62)], clocks)).toBe(62);
    expect(clocks.leftBehind(liveScope)).toBe(0);
  });

  it('of all brokers moves time back when it is set right', () => {
    const clocks = new AlignedClocks();
    timeAfter([tick(0, 0, 1), tick(0, day, 1), tick(0, day + 2, 1)], clocks);
    expect(clocks.advance(tick(0, 20, 1))).toEqual({ outcome: 'set right', toMs: startMs + 20 * second });
    expect(clocks.advance(tick(0, 22, 1))).toEqual({ outcome: 'moved on', toMs: startMs + 22 * second });
    expect(clocks.input(liveScope, 0)).not.toHaveProperty('pausedMs');
  });

  it('by seconds, as between two leaders, changes nothing', () => {
    const clocks = new AlignedClocks();
    timeAfter([tick(0, 100, 1)], clocks);
    expect(clocks.advance(tick(0, 98, 1, 98))).toEqual({ outcome: 'not newer' });
  });
});

describe('a pause', () => {
  it('of more than 30 s between two ticks of an input is noted by the tick before it and the tick after it', () => {
    const clocks = new AlignedClocks();
    timeAfter([tick(0, 0, 1), tick(0, 30, 1)], clocks);
    expect(clocks.input(liveScope, 0)).toMatchObject({ sinceMs: startMs });
    timeAfter([tick(0, 61, 1), tick(0, 63, 1)], clocks);
    expect(clocks.input(liveScope, 0)).toMatchObject({
      sinceMs: startMs + 61 * second,
      pausedMs: startMs + 30 * second,
    });
  });
});

const anyTick = fc.record({
  scope: fc.constantFrom(liveScope, 'recorded'),
  index: fc.nat(3),
  atS: fc.nat(400),
  delayS: fc.constantFrom(0, 1, 5, 100_000),
  isEnd: fc.boolean(),
});

describe('aligned time, for any ticks', () => {
  it('never goes back while append time does not, and is never ahead of the newest tick', () => {
    fc.assert(
      fc.property(fc.array(anyTick, { maxLength: 60 }), (ticks) => {
        const clocks = new AlignedClocks();
        let [beforeMs, newestMs, appendedS] = [0, 0, 0];
        for (const { index, atS, delayS } of ticks) {
          appendedS = Math.max(appendedS, atS + delayS);
          const each = tick(index, atS, 4, appendedS);
          clocks.advance(each);
          newestMs = Math.max(newestMs, each.timeMs);
          const nowMs = clocks.now(liveScope) ?? 0;
          expect(nowMs).toBeGreaterThanOrEqual(beforeMs);
          expect(nowMs).toBeLessThanOrEqual(newestMs);
          beforeMs = nowMs;
        }
      }),
    );
  });

  it('is the same after the clock was stored and opened', () => {
    fc.assert(
      fc.property(fc.array(anyTick, { maxLength: 60 }), fc.nat(60), (ticks, cut) => {
        const apply = (clocks: AlignedClocks, part: typeof ticks): unknown[] =>
          part.map(({ scope, index, atS, delayS, isEnd }) => {
            const each = { ...tick(index, atS, 4, atS + delayS), scope };
            return isEnd && scope !== liveScope ? clocks.end(each) : clocks.advance(each);
          });
        const whole = new AlignedClocks();
        const expected = apply(whole, ticks);
        const first = new AlignedClocks();
        const outcomes = apply(first, ticks.slice(0, cut));
        const stored = JSON.stringify(first.entries().map(([scope, clock]) => [scope, storeClock(clock)]));
        const restored: [string, Parameters<typeof restoreClock>[0]][] = JSON.parse(stored);
        const second = new AlignedClocks(restored.map(([scope, clock]) => [scope, restoreClock(clock)]));
        outcomes.push(...apply(second, ticks.slice(cut)));
        expect(outcomes).toEqual(expected);
        expect(second.entries()).toEqual(whole.entries());
      }),
    );
  });
});
