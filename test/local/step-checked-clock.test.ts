import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepCheckedClock } from '../../local/step-checked-clock.ts';

const start = Date.parse('2026-11-25T10:00:00Z');
const hour = 3_600_000;

/** A machine whose clock can be set. `pass` lets time pass. */
function machine() {
  let [elapsedMs, offMs] = [0, 0];
  const printed: string[] = [];
  const wall = { nowMs: () => start + elapsedMs + offMs, random: () => 0.5 };
  const clock = stepCheckedClock(
    wall,
    (line) => printed.push(line),
    () => elapsedMs,
  );
  return {
    printed,
    read: () => clock.nowMs() - start,
    /** Notes the time of a document. @param ms the time since the start */
    noteDocument: (ms: number) => clock.noteDocumentTime(start + ms),
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    set: (ms: number) => {
      offMs = ms;
    },
  };
}

describe('the step-checked clock', () => {
  it('is the wall clock as long as it makes no large step', () => {
    const { read, pass, set, printed } = machine();
    pass(10_000);
    expect(read()).toBe(10_000);
    set(-5_000);
    expect(read()).toBe(5_000);
    expect(printed).toEqual([]);
  });

  it.each([2 * hour, -2 * hour])('does not accept one reading that is %d ms off', (off) => {
    const { read, pass, set, printed } = machine();
    pass(10_000);
    set(off);
    expect(read()).toBe(10_000);
    pass(10_000);
    set(0);
    expect(read()).toBe(20_000);
    expect(printed).toEqual([
      expect.stringMatching(/^warning: the clock steps to .*; it counts once it has stayed there for half a minute$/),
    ]);
  });

  it('accepts a step that lasts for half a minute, as after a machine slept', () => {
    const { read, pass, set, printed } = machine();
    set(8 * hour);
    expect(read()).toBe(0);
    pass(29_999);
    expect(read()).toBe(29_999);
    pass(1);
    expect(read()).toBe(8 * hour + 30_000);
    pass(1_000);
    expect(read()).toBe(8 * hour + 31_000);
    expect(printed).toHaveLength(2);
  });

  it('reports until when nothing is judged when it accepts a step back', () => {
    const { read, pass, set, printed } = machine();
    set(-hour);
    read();
    pass(30_000);
    expect(read()).toBe(30_000 - hour);
    expect(printed.at(-1)).toMatch(/nothing is judged until it has passed 2026-11-25T10:00:30.000Z again$/);
  });
});

describe('the time of a document', () => {
  it.each([true, false])('confirms a step forward at once when dated by the wall clock (doubted: %s)', (isDoubted) => {
    const { read, noteDocument, pass, set, printed } = machine();
    set(8 * hour);
    if (isDoubted) expect(read()).toBe(0);
    noteDocument(8 * hour - 5_000);
    expect(read()).toBe(8 * hour);
    pass(1_000);
    expect(read()).toBe(8 * hour + 1_000);
    expect(printed.at(-1)).toBe('warning: the clock has stepped to 2026-11-25T18:00:00.000Z');
    expect(printed).toHaveLength(isDoubted ? 2 : 1);
  });

  it.each([
    ['a minute before the wall clock', 8 * hour - 60_000],
    ['a minute after it', 8 * hour + 60_000],
    ['before the machine slept', -10_000],
    ['by the expected time itself', 0],
  ])('does not confirm a step when it is dated %s', (_case, ms) => {
    const { read, noteDocument, set } = machine();
    set(8 * hour);
    read();
    noteDocument(ms);
    expect(read()).toBe(0);
  });

  it('does not confirm a step of hardly more than a minute when it has the expected time', () => {
    const { read, noteDocument, set } = machine();
    set(61_000);
    read();
    noteDocument(2_000);
    expect(read()).toBe(0);
    noteDocument(60_000);
    expect(read()).toBe(61_000);
  });

  it('does not confirm a step back', () => {
    const { read, noteDocument, set } = machine();
    set(-hour);
    read();
    noteDocument(-hour);
    expect(read()).toBe(0);
  });

  it('does not move a clock without a step in doubt', () => {
    const { read, noteDocument, pass, printed } = machine();
    pass(10_000);
    for (const ms of [10_000, 2 * hour, -2 * hour]) noteDocument(ms);
    expect(read()).toBe(10_000);
    expect(printed).toEqual([]);
  });

  it('never makes the clock return anything but the wall clock or the expected time', () => {
    const event = fc.record({
      passMs: fc.nat({ max: 20_000 }),
      offMs: fc.constantFrom(0, 30_000, 61_000, 8 * hour, -8 * hour),
      documentMs: fc.constantFrom(0, 5_000, 30_000, 61_000, 8 * hour, -8 * hour, 9 * hour),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const { read, noteDocument, pass, set } = machine();
        let [elapsedMs, believedOffMs] = [0, 0];
        for (const { passMs, offMs, documentMs } of events) {
          pass(passMs);
          elapsedMs += passMs;
          set(offMs);
          noteDocument(elapsedMs + documentMs);
          const readOffMs = read() - elapsedMs;
          expect([believedOffMs, offMs]).toContain(readOffMs);
          believedOffMs = readOffMs;
        }
      }),
    );
  });
});
