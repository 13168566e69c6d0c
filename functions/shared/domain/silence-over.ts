import type { SilenceRecord } from './silence.ts';

/**
 * Returns when a silence ends, or when it ended if a person ended it early. Ms. One that was ended before its start never muted, and
 * ends at its start.
 */
export const silenceOverMs = ({
  startsAtMs,
  endsAtMs,
  updatedAtMs,
  endedBy,
}: Pick<SilenceRecord, 'startsAtMs' | 'endsAtMs' | 'updatedAtMs' | 'endedBy'>): number =>
  endedBy === undefined ? endsAtMs : Math.max(startsAtMs, updatedAtMs);
