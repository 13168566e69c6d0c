import type { OutgoingRecord } from '../log/record.ts';

/** What makes two documents of bulk requests the same one. */
export interface DocumentIdentity {
  /** 32 hexadecimal digits. */
  readonly hash: string;
  /** Whether a repeat is a new version of the document, as it is of `index` in Elasticsearch. */
  readonly raisesVersion: boolean;
}

/** One document of a bulk request. */
export interface BulkEntry {
  readonly record: OutgoingRecord;
  /** `undefined`: the document is appended, whatever was appended before. */
  readonly identity: DocumentIdentity | undefined;
}

export type BulkOutcome =
  | { readonly kind: 'appended' }
  /** The log has it already. `version` counts from 1, for the document that was appended. */
  | { readonly kind: 'repeated'; readonly version: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Where the documents of bulk requests go. */
export interface BulkLog {
  /**
   * Appends each document whose identity was not appended in the last 24 hours, and each that has none. What the log
   * refuses is not remembered.
   * @returns one outcome for each entry, in order
   * @throws {UnavailableError} what {@link EventLog.append} does
   */
  append(entries: readonly BulkEntry[]): Promise<readonly BulkOutcome[]>;
}

/** What one bulk request changes in the memory of identities, each hash with its version. */
export interface BulkChanges {
  readonly appended: ReadonlyMap<string, number>;
  /** Appended before. */
  readonly raised: ReadonlyMap<string, number>;
}

/** The memory of identities, for a log that keeps none itself. */
export interface BulkIdentities {
  /** @returns the versions of those that were appended in the last 24 hours */
  versionsOf(entries: readonly BulkEntry[]): ReadonlyMap<string, number>;
  /**
   * Notes all changes, or none.
   * @throws {UnavailableError} when the store fails
   */
  note(changes: BulkChanges): void;
}
