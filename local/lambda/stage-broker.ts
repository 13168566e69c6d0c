import type { Broker, StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';

/** Where the stages that topics feed get their records. */
export interface StageBroker {
  /** What lanes of the stage read and commit through. @see AssignedLanes */
  source(stage: string): StageSource;
  /**
   * Makes partitions this process's to read; nothing is assigned before. Again: nothing. Where no other process may
   * read beside this one, waits for the session of one that was killed to end.
   * @throws {UnavailableError} if the brokers do not answer, or do not let it in
   * @throws {UsageError} if another process is there where none may be
   * @throws the signal's reason, while it waits
   */
  join(signal?: AbortSignal): Promise<void>;
  /** Whether every group, of whichever processes, has committed all that lay in its topics, in the order of the flow. */
  isSettled(): Promise<boolean>;
  /** Gives the partitions back. To be called when nothing is in flight any more: the poller was stopped. */
  close(): Promise<void>;
}

/** The log of one process: every partition of every topic is its own. */
export function soleReader(broker: Broker, partitionsOf: (stage: string) => readonly TopicPartition[]): StageBroker {
  return {
    source: (stage) => ({
      read: (...from) => broker.read(...from),
      committed: (...of) => broker.committed(...of),
      commit: (...to) => broker.commit(...to),
      endOffset: (...of) => broker.endOffset(...of),
      assigned: partitionsOf(stage),
    }),
    join: async () => {},
    // Its lanes see all there is at once: when they find nothing, there is nothing.
    isSettled: async () => true,
    close: async () => {},
  };
}
