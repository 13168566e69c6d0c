import { Random } from '../../bench/quality/random.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import type { Picture } from './draw.ts';

const startMs = Date.UTC(2026, 0, 5);
const quick = { startMs, stepMs: 10 * secondMs, shown: 300 } as const;

/** Returns so many values of noise around 100, changed by a function of their number, of a repeatable source. */
function noisy(count: number, change: (index: number) => number): number[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, index) => 100 + random.normal() + change(index));
}

/** The pictures of docs/detection.md. */
export const pictures: readonly Picture[] = [
  {
    ...quick,
    name: 'step',
    title: 'A step of 4 standard deviations pages within six values',
    values: noisy(5_000, (index) => (index >= 4_900 ? 4 : 0)).slice(0, 4_950),
  },
  {
    ...quick,
    name: 'level-learned',
    title: 'A new level is learned at a bounded rate; then the episode ends',
    values: noisy(5_000, (index) => (index >= 4_800 ? 10 : 0)),
  },
  {
    ...quick,
    name: 'gone-quiet',
    title: 'A topic that falls silent: a run of zeros that its usual runs do not explain',
    values: counts(5_000, 4_900),
  },
  {
    ...quick,
    name: 'drift',
    title: 'A drift of 0.1 standard deviations a value pages; slower ones are learned',
    values: noisy(5_000, (index) => Math.max(0, 0.1 * (index - 4_850))),
  },
  {
    name: 'working-hours',
    title: 'Working hours are usual after some days; a spike among them is not',
    startMs,
    stepMs: 10 * minuteMs,
    shown: 432,
    values: workingHours(),
  },
];

/** Returns counts of mean 5, and zeros from one on. */
function counts(count: number, silentFrom: number): number[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, index) => (index < silentFrom ? random.poisson(5) : 0));
}

/** Returns three weeks of 100 from 8 to 18 o'clock and 10 otherwise, each day, with an hour of 150 on the last day but one. */
function workingHours(): number[] {
  const random = new Random(1);
  const stepMs = 10 * minuteMs;
  return Array.from({ length: (21 * dayMs) / stepMs }, (_, index) => {
    const hour = ((index * stepMs) % dayMs) / hourMs;
    const isSpike = index * stepMs >= 19 * dayMs && index * stepMs < 20 * dayMs && hour >= 13 && hour < 14;
    return (isSpike ? 150 : hour >= 8 && hour < 18 ? 100 : 10) + 2 * random.normal();
  });
}
