import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepCheckedClock } from '../../local/step-checked-clock.ts';

const start = Date.parse('2026-11-25T10:00:00Z');
const hour = 3_600_000;

/** A machine whose clock can be set; `pass` lets time pass. */
function machine() {
  let [elapsedMs, offMs] = [0, 0];
  const said: string[] = [];
  const wall = { nowMs: () => start + elapsedMs + offMs, random: () => 0.5 };
  const clock = stepCheckedClock(
    wall,
    (line) => said.push(line),
    () => elapsedMs,
  );
  return {
    said,
    read: () => clock.nowMs() - start,
    /** @param ms from the start */
    witness: (ms: number) => clock.noteDocumentTime(start + ms),
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    set: (ms: number) => {
      offMs = ms;
    },
  };
}

describe('the steady clock', () => {
  it('is the wall clock as long as that is steady, set right by seconds or not', () => {
    const { read, pass, set, said } = machine();
    pass(10_000);
    expect(read()).toBe(10_000);
    set(-5_000);
    expect(read()).toBe(5_000);
    expect(said).toEqual([]);
  });

  it.each([2 * hour, -2 * hour])('does not believe one reading that is %d ms off', (off) => {
    const { read, pass, set, said } = machine();
    pass(10_000);
    set(off);
    expect(read()).toBe(10_000);
    pass(10_000);
    set(0);
    expect(read()).toBe(20_000);
    expect(said).toEqual([
      expect.stringMatching(/^warning: the clock steps to .*; it counts once it has stayed there for half a minute$/),
    ]);
  });

  it('believes a step that stays for half a minute, as after a machine slept', () => {
    const { read, pass, set, said } = machine();
    set(8 * hour);
    expect(read()).toBe(0);
    pass(29_999);
    expect(read()).toBe(29_999);
    pass(1);
    expect(read()).toBe(8 * hour + 30_000);
    pass(1_000);
    expect(read()).toBe(8 * hour + 31_000);
    expect(said).toHaveLength(2);
  });

  it('says until when nothing is judged when a step back is believed', () => {
    const { read, pass, set, said } = machine();
    set(-hour);
    read();
    pass(30_000);
    expect(read()).toBe(30_000 - hour);
    expect(said.at(-1)).toMatch(/nothing is judged until it has passed 2026-11-25T10:00:30.000Z again$/);
  });
});

describe('a document that comes in', () => {
  it.each([true, false])('confirms a step forward at once when dated by the wall clock (doubted: %s)', (isDoubted) => {
    const { read, witness, pass, set, said } = machine();
    set(8 * hour);
    if (isDoubted) expect(read()).toBe(0);
    witness(8 * hour - 5_000);
    expect(read()).toBe(8 * hour);
    pass(1_000);
    expect(read()).toBe(8 * hour + 1_000);
    expect(said.at(-1)).toBe('warning: the clock has stepped to 2026-11-25T18:00:00.000Z');
    expect(said).toHaveLength(isDoubted ? 2 : 1);
  });

  it.each([
    ['a minute before the wall clock', 8 * hour - 60_000],
    ['a minute after it', 8 * hour + 60_000],
    ['before the machine slept', -10_000],
    ['by the steady clock itself', 0],
  ])('does not confirm a step when it is dated %s', (_case, ms) => {
    const { read, witness, set } = machine();
    set(8 * hour);
    read();
    witness(ms);
    expect(read()).toBe(0);
  });

  it('does not confirm a step of hardly more than a minute when it is dated by the steady clock', () => {
    const { read, witness, set } = machine();
    set(61_000);
    read();
    witness(2_000);
    expect(read()).toBe(0);
    witness(60_000);
    expect(read()).toBe(61_000);
  });

  it('does not confirm a step back', () => {
    const { read, witness, set } = machine();
    set(-hour);
    read();
    witness(-hour);
    expect(read()).toBe(0);
  });

  it('moves no clock that is not in doubt', () => {
    const { read, witness, pass, said } = machine();
    pass(10_000);
    for (const ms of [10_000, 2 * hour, -2 * hour]) witness(ms);
    expect(read()).toBe(10_000);
    expect(said).toEqual([]);
  });

  it('never makes the clock read anything but the wall clock or the time that has passed', () => {
    const event = fc.record({
      passMs: fc.nat({ max: 20_000 }),
      offMs: fc.constantFrom(0, 30_000, 61_000, 8 * hour, -8 * hour),
      documentMs: fc.constantFrom(0, 5_000, 30_000, 61_000, 8 * hour, -8 * hour, 9 * hour),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const { read, witness, pass, set } = machine();
        let [elapsedMs, believedOffMs] = [0, 0];
        for (const { passMs, offMs, documentMs } of events) {
          pass(passMs);
          elapsedMs += passMs;
          set(offMs);
          witness(elapsedMs + documentMs);
          const readOffMs = read() - elapsedMs;
          expect([believedOffMs, offMs]).toContain(readOffMs);
          believedOffMs = readOffMs;
        }
      }),
    );
  });
});
