import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import { clockText, dateIn, dayText, momentOf, offsetMs, type Zone } from '../format/moment.ts';

const roundNumbers = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/**
 * Returns the smallest round number that is not below a value: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten.
 * @param value 1 is returned for what is not above 0
 */
export function roundTop(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  // A quotient such as 1.5000000000000002 is the round number itself.
  return (roundNumbers.find((each) => value / power <= each * (1 + 1e-9)) ?? 10) * power;
}

/** Returns the end of a scale of bytes that are counted by 1024, so that its labels are round as well. */
export function roundBinaryTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 1_024 ** Math.floor(Math.log2(value) / 10);
  const top = roundTop(value / power);
  return (top > 1_000 && value / power <= 1_024 ? 1_024 : top) * power;
}

const roundSeconds = [2, 4, 6, 10, 20, 40, 60, 120, 240, 360, 720].map((minutes) => minutes * 60);
const daySeconds = 86_400;

/** Returns the end of a scale of seconds, so that its half is whole minutes, hours or days as well. */
export function roundTimeTop(value: number): number {
  if (value <= 90) return roundTop(value);
  return roundSeconds.find((each) => value <= each) ?? 2 * Math.ceil(value / daySeconds / 2) * daySeconds;
}

/** Returns a function that maps a value between two others to a length between two others. */
export function linear(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 3, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((count) => count * dayMs),
];

/** A mark of the time axis. */
export interface Tick {
  readonly timeMs: number;
  readonly text: string;
}

/**
 * Returns the marks of a time axis at round times of a zone, as dense as their texts allow.
 * @param range    the time that is drawn, ms
 * @param width    its width in pixels
 * @param apartMin the least distance of two marks in pixels
 */
export function timeTicks(
  range: { readonly fromMs: number; readonly toMs: number },
  width: number,
  zone: Zone,
  apartMin = width < 340 ? 66 : 74,
): Tick[] {
  const spanMs = range.toMs - range.fromMs;
  if (!(spanMs > 0) || width <= 0) return [];
  const stepMs = stepsMs.find((each) => (width * each) / spanMs >= apartMin) ?? stepsMs.at(-1)!;
  const ticks: Tick[] = [];
  for (let timeMs = roundTime(range.fromMs, stepMs, zone); timeMs <= range.toMs; ) {
    ticks.push({ timeMs, text: tickText(timeMs, stepMs, zone) });
    timeMs = roundTime(timeMs + 1, stepMs, zone);
  }
  return ticks;
}

/** Returns the first moment from one on at which a zone shows a multiple of a step, ms. */
function roundTime(fromMs: number, stepMs: number, zone: Zone): number {
  const shiftMs = offsetMs(zone, fromMs);
  const fields = Math.ceil((fromMs + shiftMs) / stepMs) * stepMs;
  const timeMs = fields - shiftMs;
  if (dateIn(zone, timeMs).getTime() % stepMs === 0) return timeMs;
  // The offset of the zone changes on the way. A day whose midnight does not exist begins later.
  const moved = momentOf(zone, fields);
  const isShown = dateIn(zone, moved).getTime() === fields;
  return isShown || stepMs >= dayMs ? moved : roundTime(moved, stepMs, zone);
}

function tickText(timeMs: number, stepMs: number, zone: Zone): string {
  if (stepMs >= dayMs) return dayText(timeMs, zone);
  const date = dateIn(zone, timeMs);
  const isMidnight = date.getUTCHours() === 0 && date.getUTCMinutes() === 0 && date.getUTCSeconds() === 0;
  if (isMidnight && stepMs >= hourMs) return dayText(timeMs, zone);
  return clockText(timeMs, zone, stepMs < minuteMs ? 'seconds' : 'minutes');
}
