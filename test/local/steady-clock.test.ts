import { describe, expect, it } from 'vitest';
import { steadyClock } from '../../local/steady-clock.ts';

const start = Date.parse('2026-11-25T10:00:00Z');
const hour = 3_600_000;

/** A machine whose clock can be set; `pass` lets time pass. */
function machine() {
  let [elapsedMs, offMs] = [0, 0];
  const said: string[] = [];
  const wall = { nowMs: () => start + elapsedMs + offMs, random: () => 0.5 };
  const clock = steadyClock(
    wall,
    (line) => said.push(line),
    () => elapsedMs,
  );
  return {
    said,
    read: () => clock.nowMs() - start,
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
    expect(said).toEqual([expect.stringMatching(/^warning: the clock steps to .*; waiting whether it stays$/)]);
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
