import { durationText } from '../format/duration.ts';
import { momentText, type Zone } from '../format/moment.ts';
import { timesText } from './description.ts';
import type { Stretch } from './stretches.ts';

/** The moment from which times are told, and their zone. */
interface Told {
  readonly zone: Zone;
  readonly nowMs: number;
}

/**
 * Returns how often and how long something was off in a range, after `was off its expected range`: `once, for 1 min 20 s until 15:14:10`.
 * @param stretches ascending, at least one
 */
export function offWords(stretches: readonly Stretch[], { zone, nowMs }: Told): string {
  const totalMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const until = momentText(stretches.at(-1)!.toMs, zone, nowMs);
  if (stretches.length === 1) return `once, for ${durationText(totalMs)} until ${until}`;
  return `${timesText(stretches.length)}, ${durationText(totalMs)} in all, the last time until ${until}`;
}
