/** Milliseconds of event time between two ticks. */
export const tickMs = 10_000;
/** Milliseconds of the longest gap that is filled with ticks. A longer gap is one jump, as it was when it was recorded. */
const gapMsMax = 600_000;
/**
 * Milliseconds from the last document to the last tick. It closes the last minute, which ends 30 s late, and is too long
 * to count as a host that fell silent.
 */
const afterEndMs = 150_000;

/**
 * The time of a recording, as its documents state it: the ticks before each document, and the last tick. The same lines give
 * the same ticks in every run.
 */
export class ReplayTime {
  readonly #latestMs: number;
  #tickedMs: number | undefined;

  /** @param latestMs the latest possible time, ms since the epoch. The time of a later document is ignored. */
  constructor(latestMs: number) {
    this.#latestMs = latestMs;
  }

  /** The time of the newest tick; `undefined` before the first document with a time. */
  get tickedMs(): number | undefined {
    return this.#tickedMs;
  }

  /** Returns the times of the ticks that are due before a document of `timeMs`, in order. */
  ticksBefore(timeMs: number | undefined): readonly number[] {
    if (timeMs === undefined || timeMs > this.#latestMs || timeMs < 0) return [];
    const reachedMs = timeMs - (timeMs % tickMs);
    const from = this.#tickedMs;
    if (from !== undefined && reachedMs <= from) return [];
    this.#tickedMs = reachedMs;
    if (from === undefined) return [];
    if (reachedMs - from > gapMsMax) return [reachedMs];
    return Array.from({ length: (reachedMs - from) / tickMs }, (_, index) => from + (index + 1) * tickMs);
  }

  /** Returns the time of the tick after the last document; `undefined` if no document had a time. */
  finalTickMs(): number | undefined {
    return this.#tickedMs === undefined ? undefined : this.#tickedMs + afterEndMs;
  }
}

/** Returns the time of a line, in ms: `@timestamp` of a beat, `time` of collectd; `undefined` if it has none. */
export function timeOf(line: Buffer): number | undefined {
  // Beats write the time first. To look there costs a twentieth of parsing the document.
  const first = timeFirst.exec(line.toString('latin1', 0, 64))?.[1];
  if (first !== undefined) return dateOf(first);
  let document: unknown;
  try {
    document = JSON.parse(line.toString());
  } catch {
    return undefined; // The line is appended unchanged: normalise refuses it.
  }
  if (Array.isArray(document)) return secondsOf(document[0]);
  if (typeof document !== 'object' || document === null || !('@timestamp' in document)) return undefined;
  return typeof document['@timestamp'] === 'string' ? dateOf(document['@timestamp']) : undefined;
}

const timeFirst = /^\{"@timestamp":"([^"\\]+)"/;

function dateOf(text: string): number | undefined {
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Returns the time of collectd's list of values, which is in seconds with a fraction. */
function secondsOf(list: unknown): number | undefined {
  const time = typeof list === 'object' && list !== null && 'time' in list ? list.time : undefined;
  return typeof time === 'number' && Number.isFinite(time) ? Math.round(time * 1000) : undefined;
}
