import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weighEvidence } from '../../../../functions/detect/detector/evidence.ts';
import { discountByHabit } from '../../../../functions/detect/detector/habit.ts';
import { hold } from '../../../../functions/detect/detector/hold.ts';
import { detectorFloats } from '../../../../functions/detect/detector/layout.ts';
import { averageQuickly, learnDrift } from '../../../../functions/detect/detector/levels.ts';
import { hasGoneQuiet } from '../../../../functions/detect/detector/quiet.ts';
import { blankBreakout, compareRanges, emptyRanges } from '../../../../functions/detect/detector/ranges.ts';
import { beginRefractory, refract } from '../../../../functions/detect/detector/refractory.ts';
import { inSpreads, learnVariance } from '../../../../functions/detect/detector/spread.ts';

/** A channel as the suite sees it: it judges and learns one level, and returns a number of a range. */
interface Channel {
  readonly begin?: (floats: Float32Array, at: number) => void;
  readonly step: (floats: Float32Array, at: number, level: number) => number;
  readonly from: number;
  readonly to: number;
}

const distances = { from: 0, to: 1000 };

/** Every channel of a state that is not a matrix or a profile; those have tests of their own. */
const channels: Readonly<Record<string, Channel>> = {
  evidence: { step: (floats, at, level) => weighEvidence(floats, at, level, 1), from: -1, to: 1 },
  habit: { step: (floats, at, level) => discountByHabit(floats, at, Math.abs(level)), ...distances },
  hold: { step: (floats, at, level) => hold(floats, at, Math.abs(level)), ...distances },
  levels: { step: levels, from: -1000, to: 1000 },
  quiet: { step: (floats, at, level) => Number(hasGoneQuiet(floats, at, level > 0)), from: 0, to: 1 },
  ranges: { begin: emptyRanges, step: ranges, ...distances },
  refractory: {
    begin: beginRefractory,
    step: (floats, at, level) => refract(floats, at, Math.abs(level)),
    ...distances,
  },
  spread: { step: spread, ...distances },
};

function levels(floats: Float32Array, at: number, level: number): number {
  const into = { mid: 0, slow: 0 };
  averageQuickly(floats, at, level, into);
  learnDrift(floats, at, into.mid, 1000);
  return into.mid;
}

function ranges(floats: Float32Array, at: number, level: number): number {
  const breakout = blankBreakout();
  breakout.levels.fill(level);
  breakout.count = 100;
  breakout.ofDayCount = 100;
  compareRanges(floats, at, breakout);
  return breakout.size;
}

function spread(floats: Float32Array, at: number, level: number): number {
  const z = inSpreads(level, Math.sqrt(floats[at]!), 100);
  floats[at] = learnVariance(floats[at]!, level, 100);
  return z;
}

const anyLevels = fc.array(
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1000, max: 1000, noNaN: true })),
  {
    minLength: 1,
    maxLength: 200,
  },
);

/** Returns what a channel answers to each level. */
function answers({ begin, step }: Channel, inputs: readonly number[], state: { floats: Float32Array; at: number }) {
  begin?.(state.floats, state.at);
  return inputs.map((level) => step(state.floats, state.at, level));
}

const newFloats = (series = 1): Float32Array => new Float32Array(series * detectorFloats);

describe.each(Object.entries(channels))('the channel %s', (_, channel) => {
  it('answers within its range, whatever it reads', () => {
    fc.assert(
      fc.property(anyLevels, (inputs) => {
        for (const answer of answers(channel, inputs, { floats: newFloats(), at: 0 })) {
          expect(answer).toBeGreaterThanOrEqual(channel.from);
          expect(answer).toBeLessThanOrEqual(channel.to);
        }
      }),
    );
  });

  it('keeps all that it knows in the floats of its series, and changes no other', () => {
    fc.assert(
      fc.property(anyLevels, (inputs) => {
        const shared = newFloats(3);
        const found = answers(channel, inputs, { floats: shared, at: detectorFloats });
        expect(found).toEqual(answers(channel, inputs, { floats: newFloats(), at: 0 }));
        const others = [...shared.subarray(0, detectorFloats), ...shared.subarray(2 * detectorFloats)];
        expect(others.every((float) => float === 0)).toBe(true);
      }),
    );
  });

  it('goes on from a copy of its floats as if there had been no break', () => {
    fc.assert(
      fc.property(anyLevels, anyLevels, (first, second) => {
        const whole = answers(channel, [...first, ...second], { floats: newFloats(), at: 0 });
        const floats = newFloats();
        answers(channel, first, { floats, at: 0 });
        const copy = Float32Array.from(floats);
        expect(second.map((level) => channel.step(copy, 0, level))).toEqual(whole.slice(first.length));
      }),
    );
  });
});
