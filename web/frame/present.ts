import { computed } from '@preact/signals';
import { clockText, momentText } from '../format/moment.ts';
import { now } from './clock.ts';
import { type Span, spanOf } from './range/span.ts';
import { shownReplay } from './replay.ts';
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

/** The moments of the range that is shown. */
export const shownSpan = computed<Span>(() => spanOf(range.value, coarseNow.value));

/** Returns whether a fixed range ends before the present, which is the end of a replay while its cluster is chosen. */
export function endsBeforePresent(): boolean {
  const presentMs = shownReplay.value?.endMs ?? coarseNow.value;
  return range.value.to !== 'now' && shownSpan.value.toMs < presentMs - pastMs;
}

/**
 * Returns the words of a view whose status and numbers are those of the present, where the range that is shown ends before it; nothing
 * where it does not.
 */
export function presentOnlyText(): string {
  const replay = shownReplay.value;
  if (!endsBeforePresent()) return '';
  const present =
    replay === undefined ? 'of now' : `of the end of the recording, ${clockText(replay.endMs, zone.value)}`;
  return `Status and numbers are those ${present}, and not of the end of the range; the sentence names what had an alert in the range. `;
}
