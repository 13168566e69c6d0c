import { minuteMs } from '../shared/domain/durations.ts';
import type { MetricSummary } from '../shared/domain/summary.ts';
import type { Effect } from '../shared/log/record.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import { summaryEffect } from './emit.ts';
import type { Group } from './group.ts';
import { noteVerdict, sumOfMinute, takeMinute } from './minute.ts';
import { observe } from './observe.ts';
import { minuteGraceMs, minuteOf, minuteParity, noMinute, slot, slotDoubles } from './slot.ts';
import { blankVerdict } from './verdict.ts';

/** After a longer silence of our own, quiet minutes before the last hour of it are not counted as such. */
const quietMinutesMax = 60;

/** The newest minute that a tick of `timeMs` closes. */
export const newestClosedMinute = (timeMs: number): number => minuteOf(timeMs - minuteMs - minuteGraceMs);

/** Whether a tick of `timeMs` has closed `minute`. */
export const isClosed = (minute: number, timeMs: number): boolean => minute + minuteMs + minuteGraceMs <= timeMs;

/**
 * Closes a group's minutes up to and with `newest`: sums are judged, and each minute is told once, the older first.
 * @param stageMs stage time
 * @returns whether anything changed
 */
export function closeMinutes(group: Group, newest: number, stageMs: number, effects: Effect[]): boolean {
  const judged = judgeSums(group, newest, stageMs, effects);
  const due = group.minutes.filter((minute) => minute !== noMinute && minute <= newest).sort((a, b) => a - b);
  for (const minute of due) tellMinute(group, minute, effects);
  return judged || due.length > 0;
}

function tellMinute(group: Group, minute: number, effects: Effect[]): void {
  const parity = minuteParity(minute);
  const metrics: Record<string, MetricSummary> = {};
  let told = false;
  for (const [index, { name, judgement }] of group.metrics.entries()) {
    const summary = takeMinute(group.state, index * slotDoubles, parity, judgement.kind === 'delta');
    if (summary === undefined) continue;
    metrics[name] = summary;
    told = true;
  }
  group.minutes[parity] = noMinute;
  const { entity, dataset, dimensions } = group.identity;
  if (told) effects.push(summaryEffect({ entity, minuteMs: minute, dataset, dimensions, metrics }));
}

/** Judges the sum of every minute since the last one judged; one in which nothing came is a sum of 0. */
function judgeSums(group: Group, newest: number, stageMs: number, effects: Effect[]): boolean {
  let judged = false;
  for (const [index, { judgement }] of group.metrics.entries()) {
    if (judgement.kind !== 'delta') continue;
    const at = index * slotDoubles;
    for (let minute = firstToJudge(group, at, newest); minute <= newest; minute += minuteMs) {
      judgeSum(group, index, minute, stageMs, effects);
      group.state[at + slot.lastRaw] = minute;
      judged = true;
    }
  }
  return judged;
}

/** A delta has no raw value to remember: in its place stands the last minute that was judged. */
function firstToJudge(group: Group, at: number, newest: number): number {
  const last = group.state[at + slot.lastRaw]!;
  // One ahead of what closes was judged by a clock that has been set right.
  if (last > 0 && !wasAhead(last, newest)) return Math.max(last + minuteMs, newest - (quietMinutesMax - 1) * minuteMs);
  const open = group.minutes.filter((minute) => minute !== noMinute);
  return open.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...open);
}

function judgeSum(group: Group, index: number, minute: number, stageMs: number, effects: Effect[]): void {
  const at = index * slotDoubles;
  const parity = minuteParity(minute);
  const isOpen = group.minutes[parity] === minute;
  const verdict = blankVerdict();
  const sum = isOpen ? sumOfMinute(group.state, at, parity) : 0;
  observe(group, index, sum, { timestampMs: minute, stageMs }, verdict, effects);
  if (isOpen && verdict.ready) noteVerdict(group.state, at, parity, verdict);
}
