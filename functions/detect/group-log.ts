import { linesMax } from '../shared/domain/anomaly.ts';
import { logLevels } from '../shared/domain/log-level.ts';
import type { Line } from '../shared/domain/sample.ts';
import { type Added, IdSet } from './id-set.ts';
import type { Group, GroupIdentity, GroupLog, LogMinute } from './series-group.ts';
import { minuteParity } from './slot.ts';
import { groupKey, type SeriesTable } from './table.ts';

const emptyMinute = (): LogMinute => ({ ids: undefined, lines: [] });

/**
 * Returns what a new group of log records keeps. Its log, which is that of the same host and dataset with any level, is
 * known since the first minute in which it had a record of any level: until now, there were none of this level.
 * @param minute the minute of the group's first log record, ms
 */
export function beginLog(table: SeriesTable, identity: GroupIdentity, minute: number): GroupLog {
  let sinceMs = minute;
  if ('level' in identity.dimensions) {
    for (const level of logLevels) {
      const sibling = table.find(groupKey({ ...identity, dimensions: { ...identity.dimensions, level } }));
      sinceMs = Math.min(sinceMs, sibling?.log?.sinceMs ?? sinceMs);
    }
  }
  return { sinceMs, minutes: [emptyMinute(), emptyMinute()] };
}

/** Returns whether a log record was counted in its open minute before. */
export function isRepeated({ log }: Group, minute: number, { id }: Line): boolean {
  return id !== undefined && (log?.minutes[minuteParity(minute)].ids?.has(id) ?? false);
}

/**
 * Keeps a log record's id, by which a second delivery is recognised, and its text if it is one of the first different
 * ones of its minute.
 * @param mayGrow false if the partition has no room for more state
 * @returns `full` if its second delivery will be counted again
 */
export function keepLine({ log }: Group, minute: number, { id, text }: Line, mayGrow: boolean): Added {
  const open = log!.minutes[minuteParity(minute)];
  if (mayGrow && open.lines.length < linesMax && isAnother(text, open.lines)) open.lines.push(text);
  if (id === undefined) return 'new';
  if (open.ids === undefined && !mayGrow) return 'full';
  open.ids ??= new IdSet();
  return open.ids.add(id, mayGrow);
}

/** Returns whether a text differs from others by more than its numbers, such as times and ids. */
function isAnother(text: string, others: readonly string[]): boolean {
  if (text === '') return false;
  const shape = shapeOf(text);
  return others.every((other) => shapeOf(other) !== shape);
}

const shapeOf = (text: string): string => text.replace(/\d+/g, '0');

/** Forgets the log records of a minute that closes. */
export function closeLogMinute({ log }: Group, parity: 0 | 1): void {
  if (log !== undefined) log.minutes[parity] = emptyMinute();
}
