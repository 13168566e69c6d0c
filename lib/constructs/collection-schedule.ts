import { minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';

/** The schedule of a target: how often it runs, and the delays of the messages that it sends each time. */
export interface CollectionSchedule {
  readonly everyMinutes: number;
  readonly delaysSeconds: readonly number[];
}

/**
 * Returns the schedule of a period; `undefined` for a period that no schedule keeps. A schedule runs once a minute at most, so a
 * shorter period must divide a minute, and a longer one is of whole minutes.
 * @example
 * collectionSchedule(20_000); // => { everyMinutes: 1, delaysSeconds: [0, 20, 40] }
 */
export function collectionSchedule(periodMs: number): CollectionSchedule | undefined {
  if (periodMs % minuteMs === 0) return { everyMinutes: periodMs / minuteMs, delaysSeconds: [0] };
  if (periodMs % secondMs !== 0 || minuteMs % periodMs !== 0) return undefined;
  const delaysSeconds = Array.from({ length: minuteMs / periodMs }, (_, nth) => (nth * periodMs) / secondMs);
  return { everyMinutes: 1, delaysSeconds };
}
