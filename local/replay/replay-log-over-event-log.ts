import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import type { ReplayLog } from '../../functions/shared/ports/replay-log.ts';

/**
 * Replays into a log that keeps no note of how far they came. The note follows the records: a process that dies
 * between the two appends some of them again, under the same positions, by which they are counted once.
 */
export function replayLogOverEventLog(eventLog: EventLog, notes: ReplayLog): ReplayLog {
  return {
    progress: (hash) => notes.progress(hash),
    hasUnfinished: (cluster) => notes.hasUnfinished(cluster),
    async append(records, progress) {
      const refused = await eventLog.append(records);
      await notes.append([], progress);
      return refused.map(({ index }) => index);
    },
  };
}
