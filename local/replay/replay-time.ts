/** Between two ticks of event time. */
export const tickMs = 10_000;
/** A longer gap in a recording is one jump, as it was for who recorded it. */
const gapMsMax = 600_000;
/** From the last document to the last tick: closes its minute (end + 30 s), and is too long a step to count as silence. */
const afterEndMs = 150_000;

/**
 * A recording's own time, read off its documents: which ticks come before a document, and which one comes last.
 * The same lines give the same ticks, whoever counted them before.
 */
export class ReplayTime {
  readonly #latestMs: number;
  #tickedMs: number | undefined;

  /** @param latestMs no document can be newer; one that says so tells no time. Ms since the epoch */
  constructor(latestMs: number) {
    this.#latestMs = latestMs;
  }

  /** The newest tick's time; `undefined` before the first document that tells a time. */
  get tickedMs(): number | undefined {
    return this.#tickedMs;
  }

  /** @returns times of the ticks that are due before a document of `timeMs`, in order */
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

  /** The tick after the last document; `undefined` where no document told a time. */
  finalTickMs(): number | undefined {
    return this.#tickedMs === undefined ? undefined : this.#tickedMs + afterEndMs;
  }
}

/** What a line says of its time, in ms: a beat in `@timestamp`, collectd in `time`; `undefined` where it says none. */
export function timeOf(line: Buffer): number | undefined {
  // Beats write their time first, and a look there costs a twentieth of reading it all.
  const first = timeFirst.exec(line.toString('latin1', 0, 64))?.[1];
  if (first !== undefined) return dateOf(first);
  let document: unknown;
  try {
    document = JSON.parse(line.toString());
  } catch {
    return undefined; // Fed as it is: normalise has the say on what cannot be read.
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

/** collectd writes seconds with a fraction. */
function secondsOf(list: unknown): number | undefined {
  const time = typeof list === 'object' && list !== null && 'time' in list ? list.time : undefined;
  return typeof time === 'number' && Number.isFinite(time) ? Math.round(time * 1000) : undefined;
}
