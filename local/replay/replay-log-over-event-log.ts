import type { EventLog } from '../../functions/shared/ports/event-log.ts';
import type { ReplayLog } from '../../functions/shared/ports/replay-log.ts';

/**
 * Returns a replay log over an event log that does not store progress. The progress is noted after the records: if the
 * process dies in between, it appends some records again, with the same positions, so that readers count each once.
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
