import { computed } from '@preact/signals';
import { momentText } from '../format/moment.ts';
import { now } from './clock.ts';
import { range, zone } from './where.ts';

/** The server's time in steps of 10 s, so that views with many charts are drawn anew that often. Ms. */
const coarseNow = computed(() => Math.floor(now.value / 10_000) * 10_000);

/** The least time between the end of the data and that of a range at which it is told. Ms. */
const lateMs = 60_000;
/** The least time by which a range ends before now that makes it one of the past. Ms. */
const pastMs = 60_000;

/**
 * Returns the moment that views describe: now for a range that moves, otherwise its end.
 * @param toMs the end of what was read
 */
export function presentAt(toMs: number): number {
  return isPast(toMs) ? toMs : coarseNow.value;
}

/** Returns whether a fixed range ends before now, so that its end is described. */
export function isPast(toMs: number): boolean {
  return range.value.to !== 'now' && toMs < coarseNow.value - pastMs;
}

/**
 * Returns the words before a sentence about the end of a range of the past: `As of 23 Nov 15:29:50. `; nothing for the present.
 * @param judgedMs the end of the data, where that is before the end of the range
 */
export function pastText(toMs: number, judgedMs = toMs): string {
  if (!isPast(toMs)) return '';
  const moment = momentText(judgedMs, zone.value, coarseNow.value);
  return toMs - judgedMs < lateMs ? `As of ${moment}. ` : `As of ${moment}, the end of the data in this range. `;
}
