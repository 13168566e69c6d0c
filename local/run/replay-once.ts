import { setTimeout as delay } from 'node:timers/promises';
import type { Embedded } from '../embedded.ts';
import { aheadText, untimed } from '../replay/outcome.ts';

export interface ReplayOnceOptions {
  /** The recording to replay; `null` for none. */
  readonly replayFile: string | null;
  /** The factor by which the replay is faster than the recording; `'max'`: as fast as possible. */
  readonly speed: number | 'max';
}

/** The cluster that the recording of a storage and streaming cluster is replayed as. */
const recordedCluster = 'recorded';

/**
 * Replays a recording, unless this data directory has it already, and reports what was done.
 * @throws {UsageError} if the recording cannot be read
 * @throws the signal's reason, between two appends
 */
export async function replayOnce(
  { replay }: Pick<Embedded, 'replay'>,
  { replayFile: file, speed }: ReplayOnceOptions,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  if (file === null) return;
  report(`replaying ${file} as cluster ${recordedCluster}`);
  const { lines, refusedLines, timedLines, ahead, doneBefore } = await replay({
    file,
    cluster: recordedCluster,
    signal,
    ...(speed === 'max' ? {} : { beforeTick: paceAt(speed, signal) }),
  });
  for (const line of refusedLines) report(`warning: line ${line} is too large for a document and was left out`);
  if (ahead.lines > 0) report(`warning: line ${aheadText(ahead)}`);
  if (timedLines === 0) report(`warning: ${untimed}`);
  report(doneBefore ? 'it was replayed before; nothing was appended' : `replayed ${lines} lines`);
}

/** Returns a function that waits, so that event time passes `speed` times as fast as the wall clock. */
function paceAt(speed: number, signal: AbortSignal): (timeMs: number) => Promise<void> {
  let beforeMs: number | undefined;
  return async (timeMs) => {
    const waitMs = beforeMs === undefined ? 0 : (timeMs - beforeMs) / speed;
    beforeMs = timeMs;
    await delay(waitMs, undefined, { signal });
  };
}
