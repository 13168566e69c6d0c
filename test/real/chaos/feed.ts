import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import type { Layout } from '../../../functions/shared/log/layout.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import type { ReplayLog, ReplayProgress } from '../../../functions/shared/ports/replay-log.ts';
import { replayFile } from '../../../local/replay/replay.ts';
import { replayLogOverEventLog } from '../../../local/replay/replay-log-over-event-log.ts';

export interface FeedOptions {
  readonly file: string;
  readonly eventLog: EventLog;
  readonly layout: Layout;
  /** A function that is awaited before each tick of event time, counted from 0. */
  readonly beforeTick: (tick: number) => Promise<void>;
}

/** Appends a recording to the log bit by bit, and tries again while the broker is unavailable. */
export async function feed({ file, eventLog, layout, beforeTick }: FeedOptions): Promise<void> {
  let tick = 0;
  await replayFile({
    file,
    cluster: 'recorded',
    settings: defaultSettings,
    layout,
    nowMs: Date.now(),
    log: patient(replayLogOverEventLog(eventLog, new Notes())),
    beforeTick: async () => {
      await beforeTick(tick);
      tick += 1;
    },
  });
}

const retryMs = 500;

function patient(log: ReplayLog): ReplayLog {
  return {
    progress: (hash) => log.progress(hash),
    hasUnfinished: (cluster) => log.hasUnfinished(cluster),
    async append(records, progress) {
      while (true) {
        try {
          return await log.append(records, progress);
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
          await delay(retryMs);
        }
      }
    },
  };
}

/** The progress of the replay, kept as long as this process lives. */
class Notes implements ReplayLog {
  #progress: ReplayProgress | undefined;

  progress(): ReplayProgress | undefined {
    return this.#progress;
  }

  hasUnfinished(): boolean {
    return false;
  }

  async append(_records: unknown, progress: ReplayProgress): Promise<readonly number[]> {
    this.#progress = progress;
    return [];
  }
}
