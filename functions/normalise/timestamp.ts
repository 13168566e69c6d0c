import { minuteMs } from '../shared/domain/durations.ts';
import { earlyMs } from '../shared/domain/early.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { JsonObject } from '../shared/domain/json-object.ts';
import { shown } from '../shared/domain/shown.ts';
import { parseTime } from '../shared/time/parse-time.ts';
import { type FlatDocument, flatten } from './document/flatten.ts';

/** Milliseconds that a document may be newer than its append time. */
const aheadMsMax = 10 * minuteMs;
/** Milliseconds that a live document may be newer and keep its own time. */
const jitterMsMax = minuteMs;
/** The last moment that a JavaScript date can show. */
const latestMs = 8.64e15;

/** A document's time, and the field that has it. */
export interface DocumentTime {
  /** Ms since the epoch; `undefined` where the document has no time. */
  readonly timeMs: number | undefined;
  readonly path: string | undefined;
}

/**
 * Fields with the time of a document that has no `@timestamp`: those of Fluent Bit, rsyslog, GELF, journald, NXLog, Serilog,
 * Log4j and Zabbix.
 */
const otherTimes = [
  'timestamp',
  'Timestamp',
  'time',
  'date',
  'ts',
  'timereported',
  'timegenerated',
  '__REALTIME_TIMESTAMP',
  '_SOURCE_REALTIME_TIMESTAMP',
  'EventTime',
  'timeMillis',
  'clock',
  'instant.epochSecond',
  '@t',
];
/** The first moment, ms, that another field than `@timestamp` may tell: a smaller number is more likely a duration. */
const otherEarliestMs = Date.UTC(2001, 8, 9);

/**
 * Returns the time of a document: its `@timestamp`, or another field with a time where it has none.
 * @throws {RefusedRecordError} `not a time` if `@timestamp` is none
 */
export function timeOf(document: FlatDocument): DocumentTime {
  const value = document.valueAt('@timestamp');
  if (value !== undefined) return { timeMs: parseTime(value) ?? refuse(value), path: '@timestamp' };
  if (document.hasBelow('@timestamp')) refuse({});
  for (const path of otherTimes) {
    const timeMs = parseTime(document.valueAt(path));
    if (timeMs !== undefined && timeMs >= otherEarliestMs && timeMs <= latestMs) return { timeMs, path };
  }
  return { timeMs: undefined, path: undefined };
}

function refuse(value: unknown): never {
  throw new RefusedRecordError(
    'not a time',
    `@timestamp: expected a time such as 2026-11-23T15:00:00.000Z, or a number since 1970, got ${shown(value)}`,
  );
}

/**
 * Returns the time of a document that is not flat yet, ms since the epoch; `undefined` where it has none.
 * @throws {RefusedRecordError} `not a time`, or as {@link flatten}
 */
export const timestampOf = (document: JsonObject): number | undefined => timeOf(flatten(document)).timeMs;

/**
 * Returns the time that a live document gets:
 *
 * - its own time, from 7 days before its append time to 1 minute after it;
 * - its append time, if its own time is 1 to 10 minutes later. The shipper's clock is wrong, and with that time the
 *   samples of other shippers about the same entity would be late.
 *
 * @param timeMs     the document's own time, ms
 * @param appendedMs its append time, ms
 * @throws {RefusedRecordError} `timestamp out of range` for any other time
 */
export function liveTime(timeMs: number, appendedMs: number): number {
  if (timeMs >= appendedMs - earlyMs && timeMs <= appendedMs + jitterMsMax) return timeMs;
  if (timeMs > appendedMs && timeMs <= appendedMs + aheadMsMax) return appendedMs;
  throw new RefusedRecordError(
    'timestamp out of range',
    `@timestamp: ${timeText(timeMs)} is not within 7 days before and 10 minutes after its append time, ` +
      `${timeText(appendedMs)}; correct the shipper's clock, or replay old documents`,
  );
}

/**
 * Checks the time of a replayed document. It may be of any age, but not in the future, because then all documents after
 * it would be late.
 * @param timeMs     the document's own time, ms
 * @param appendedMs its append time, ms
 * @throws {RefusedRecordError} `timestamp out of range`
 */
export function checkReplayed(timeMs: number, appendedMs: number): void {
  if (timeMs >= 0 && timeMs <= appendedMs + aheadMsMax) return;
  throw new RefusedRecordError(
    'timestamp out of range',
    `@timestamp: ${timeText(timeMs)} is not between 1970 and its append time, ${timeText(appendedMs)}`,
  );
}

function timeText(timeMs: number): string {
  return Math.abs(timeMs) <= latestMs ? new Date(timeMs).toISOString() : String(timeMs);
}
