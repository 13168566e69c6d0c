import { dayMs, minuteMs } from '../shared/domain/durations.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { JsonObject } from '../shared/domain/json-object.ts';
import { shown } from '../shared/domain/shown.ts';
import { valueAt } from './fields.ts';

/** ISO 8601 as Beats write it; a time without a zone is UTC, as Elasticsearch reads it. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** How much older than its arrival a live document may be. */
export const earlyMs = 7 * dayMs;
/** How much newer it may be, and from where on its own time is not taken for it. */
const aheadMsMax = 10 * minuteMs;
const jitterMsMax = minuteMs;
const latestMs = 8.64e15;

/**
 * A document's `@timestamp`.
 * @returns ms since the epoch; `undefined` where the document has none
 * @throws {RefusedRecordError} `not a time`
 */
export function timestampOf(beat: JsonObject): number | undefined {
  const value = valueAt(beat, '@timestamp');
  if (value === undefined || value === null) return undefined;
  const timeMs = typeof value === 'string' ? parseIso(value) : value;
  if (typeof timeMs === 'number' && Number.isFinite(timeMs)) return Math.round(timeMs);
  throw new RefusedRecordError(
    'not a time',
    `@timestamp: expected a time such as 2026-11-23T15:00:00.000Z, got ${shown(value)}`,
  );
}

function parseIso(text: string): number {
  const match = isoTime.exec(text);
  if (match === null) return Number.NaN;
  return Date.parse((match[3] === undefined ? `${text}Z` : text).replace(',', '.'));
}

/**
 * The time that a live document is taken for: its own, from 7 days before the broker had it to a minute after. Nothing is
 * measured in the future: one that is up to 10 minutes ahead is of a wrong clock, and taken for the time when the broker
 * had it. Believed, it would make what others say of the same thing come too late.
 * @throws {RefusedRecordError} `timestamp out of range` beyond that
 */
export function liveTime(timeMs: number, brokerMs: number): number {
  if (timeMs >= brokerMs - earlyMs && timeMs <= brokerMs + jitterMsMax) return timeMs;
  if (timeMs > brokerMs && timeMs <= brokerMs + aheadMsMax) return brokerMs;
  throw new RefusedRecordError(
    'timestamp out of range',
    `@timestamp: ${timeText(timeMs)} is not within 7 days before and 10 minutes after the broker had it, ` +
      `${timeText(brokerMs)}; set the shipper's clock, or replay what is old`,
  );
}

/**
 * Whether a replayed document's time can be one: how old it is does not matter, but nothing was recorded in the future,
 * and believing it would make all that follows too old to count.
 * @throws {RefusedRecordError} `timestamp out of range`
 */
export function checkReplayed(timeMs: number, brokerMs: number): void {
  if (timeMs >= 0 && timeMs <= brokerMs + aheadMsMax) return;
  throw new RefusedRecordError(
    'timestamp out of range',
    `@timestamp: ${timeText(timeMs)} is not between 1970 and ${timeText(brokerMs)}, when it was replayed`,
  );
}

function timeText(timeMs: number): string {
  return Math.abs(timeMs) <= latestMs ? new Date(timeMs).toISOString() : String(timeMs);
}
