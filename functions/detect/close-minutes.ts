import { minuteMs } from '../shared/domain/durations.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import type { Effect } from '../shared/log/record.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import { checkLimits } from './check-limits.ts';
import { SeriesCursor } from './cursor.ts';
import { summaryEffect } from './emit.ts';
import { seriesAt } from './group.ts';
import { closeLogMinute } from './group-log.ts';
import { noteVerdict, summarizeAndClear, sumOfMinute } from './minute.ts';
import { observe } from './observe.ts';
import type { Group } from './series-group.ts';
import { minuteGraceMs, minuteOf, minuteParity, noMinute, slot } from './slot.ts';

/** The most minutes without records, before the newest one, that are judged as sums of 0 after a pause of Offbeat. */
const quietMinutesMax = 60;

/** Returns the newest minute that a tick of `timeMs` closes. */
export const newestClosedMinute = (timeMs: number): number => minuteOf(timeMs - minuteMs - minuteGraceMs);

/** Returns whether a tick of `timeMs` has closed `minute`. */
export const isClosed = (minute: number, timeMs: number): boolean => minute + minuteMs + minuteGraceMs <= timeMs;

/**
 * Closes the open minutes of a group up to `newest`, that minute included: judges the sums of deltas, then emits one
 * summary for each minute, the older minute first.
 * @param stageMs stage time
 * @returns whether anything changed
 */
export function closeMinutes(group: Group, newest: number, stageMs: number, effects: Effect[]): boolean {
  const judged = judgeSums(group, newest, stageMs, effects);
  const due = group.minutes.filter((minute) => minute !== noMinute && minute <= newest).sort((a, b) => a - b);
  for (const minute of due) emitSummary(group, minute, effects);
  return judged || due.length > 0;
}

function emitSummary(group: Group, minute: number, effects: Effect[]): void {
  const parity = minuteParity(minute);
  const metrics: Record<string, MetricSummary> = {};
  let isEmpty = true;
  for (const [index, { name, rule }] of group.metrics.entries()) {
    const summary = summarizeAndClear(seriesAt(group, index), parity, rule.kind === 'delta');
    if (summary === undefined) continue;
    metrics[name] = summary;
    isEmpty = false;
  }
  group.minutes[parity] = noMinute;
  closeLogMinute(group, parity);
  const { entity, dataset, dimensions } = group.identity;
  if (!isEmpty) effects.push(summaryEffect({ entity, minuteMs: minute, dataset, dimensions, metrics }));
}

/** Judges the sum of every minute since the last one judged. A minute without records has the sum 0. */
function judgeSums(group: Group, newest: number, stageMs: number, effects: Effect[]): boolean {
  let judged = false;
  let cursor: SeriesCursor | undefined;
  for (const [index, { rule }] of group.metrics.entries()) {
    if (rule.kind !== 'delta') continue;
    cursor ??= new SeriesCursor(group);
    cursor.moveTo(index);
    for (let minute = firstToJudge(cursor, newest); minute <= newest; minute += minuteMs) {
      judgeSum(cursor, minute, stageMs, effects);
      cursor.values[cursor.at + slot.lastRaw] = minute;
      judged = true;
    }
  }
  return judged;
}

/** Returns the oldest minute of a delta that is not judged yet, ms; infinity where the group has no open minute. */
function firstToJudge({ group, values, at }: SeriesCursor, newest: number): number {
  const last = values[at + slot.lastRaw]!;
  // A minute ahead of those that close now was judged by a clock that has been set right since.
  if (last > 0 && !wasAhead(last, newest)) return Math.max(last + minuteMs, newest - (quietMinutesMax - 1) * minuteMs);
  const open = group.minutes.filter((minute) => minute !== noMinute);
  return open.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...open);
}

function judgeSum(cursor: SeriesCursor, minute: number, stageMs: number, effects: Effect[]): void {
  const parity = minuteParity(minute);
  const isOpen = cursor.group.minutes[parity] === minute;
  const sum = isOpen ? sumOfMinute(cursor, parity) : 0;
  const lines = isOpen ? cursor.group.log?.minutes[parity].lines : undefined;
  observe(cursor, sum, { timestampMs: minute, stageMs, lines }, effects);
  checkLimits(cursor, sum, { timestampMs: minute, stageMs }, effects);
  if (isOpen && cursor.verdict.ready) noteVerdict(cursor, parity, cursor.verdict);
}
