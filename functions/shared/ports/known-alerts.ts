import type { Alert } from '../domain/alert.ts';
import type { SilenceRecord } from '../domain/silence.ts';

/** The alerts and silences that the alert stage knows. */
export interface Known {
  /** The alerts that are not resolved, as they are now, and the last ones that are, those of a replay until it ends; one for each id, in no order. */
  readonly alerts: readonly Alert[];
  /** The silences that are not over, in no order. */
  readonly silences: readonly SilenceRecord[];
  /** The names of the clusters that have an alert, or had one within 8 days. */
  readonly clusters: ReadonlySet<string>;
  /** The partitions of which nothing is known, because they are stopped until a person acts. */
  readonly stopped: readonly StoppedPartition[];
}

/** A partition of the alert stage whose state cannot be read. */
export interface StoppedPartition {
  readonly partition: number;
  /** The reason, with the remedy. */
  readonly reason: string;
}

/** A reader of the state of the alert stage. */
export interface KnownAlerts {
  /**
   * Returns what the partitions of the stage know, by their last transactions. One that is damaged is named, and hides
   * nothing of the others.
   * @throws {UnavailableError} if the ledger or the objects do not answer
   */
  read(): Promise<Known>;
}
