import { durationSchema } from '../domain/duration-schema.ts';
import { latestDateMs } from '../domain/sample.ts';
import { parseTime } from './parse-time.ts';

/** A time as a person writes it: a fixed one, or one that is relative to the moment at which it is read. */
export class Moment {
  readonly #ms: number;
  readonly #isFromNow: boolean;

  private constructor(ms: number, isFromNow: boolean) {
    this.#ms = ms;
    this.#isFromNow = isFromNow;
  }

  /** @param ms since 1970 */
  static at(ms: number): Moment {
    return new Moment(ms, false);
  }

  /** @param ms from now on; negative for the past */
  static fromNow(ms: number): Moment {
    return new Moment(ms, true);
  }

  /** Returns the time in ms since 1970, from 0 to the last date. @param nowMs the clock */
  atMs(nowMs: number): number {
    return Math.min(Math.max(0, this.#isFromNow ? nowMs + this.#ms : this.#ms), latestDateMs);
  }
}

/** The sentence for a text that is no time. */
export const momentExpected = 'expected a time such as 2026-11-23T15:00:00Z, ms since the epoch, now or -1h';

/** The longest text that is read, in characters. */
const charactersMax = 64;
const fromNow = /^(?:now)?([+-])(\d.*)$/;
/** Dates that are accepted: a person who types another text means something else. */
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const zone = /(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Returns the time that a text states:
 *
 * - a date or a time of ISO 8601, without a zone in UTC: `2026-11-23`, `2026-11-23T15:00:00Z`, `2026-11-23T16:00+01:00`;
 * - ms since 1970: `1795446000000`;
 * - `now`, or a time relative to it: `-1h`, `now-15m`, `+2d`. The units are those of durations: ms, s, m, h, d.
 *
 * @returns `undefined` for any other text
 * @example
 * parseMoment('-15m')?.atMs(1_795_446_000_000); // => 1795445100000
 */
export function parseMoment(text: string): Moment | undefined {
  if (text.length > charactersMax) return undefined;
  if (text === 'now') return Moment.fromNow(0);
  const [, sign, amount] = fromNow.exec(text) ?? [];
  if (amount !== undefined) {
    const { data: ms } = durationSchema.safeParse(amount);
    return ms === undefined || ms > latestDateMs ? undefined : Moment.fromNow(sign === '-' ? -ms : ms);
  }
  const ms = /^\d+$/.test(text) ? Number(text) : isoTime.test(text) ? parseTime(wholeTime(text)) : undefined;
  return ms !== undefined && ms >= 0 && ms <= latestDateMs ? Moment.at(ms) : undefined;
}

/** Returns the beginning of a day for a date alone. */
const wholeTime = (text: string): string => (text.includes('T') ? text : `${text}T00:00Z`);

/** Returns whether a text is a time of day without its zone. */
export const lacksZone = (text: string): boolean =>
  isoTime.test(text) && text.includes('T') && !zone.test(text.slice(text.indexOf('T')));
