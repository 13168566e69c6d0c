import type { Broker, StageSource, TopicPartition } from '../../functions/shared/ports/broker.ts';

/** The source of records for all stages that topics feed. */
export interface StageBroker {
  /** Returns the source that the partition pollers of a stage read and commit through. @see AssignedPollers */
  source(stage: string): StageSource;
  /**
   * Joins the consumer groups, so that partitions are assigned to this process. Before the call none is assigned. A second
   * call does nothing. If no other process may read at the same time, waits until the session of a process that was
   * killed is over.
   * @throws {UnavailableError} if the brokers do not answer, or refuse this member
   * @throws {UsageError} if another process reads and none may
   * @throws the signal's reason, if it aborts while this waits
   */
  join(signal?: AbortSignal): Promise<void>;
  /**
   * Returns whether every group, whichever processes its members are, has committed all records of its topics. Asks about
   * the groups in the order of the flow.
   */
  isSettled(): Promise<boolean>;
  /** Gives the partitions back. The caller has stopped the poller before, so that no batch is in flight. */
  close(): Promise<void>;
}

/** Returns the broker of a log that only this process reads: every partition of every topic is assigned to it. */
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
    // The pollers see every record as soon as it is appended: if they find none, there is none.
    isSettled: async () => true,
    close: async () => {},
  };
}
