import type { OutgoingRecord } from '../log/record.ts';

/** The identity of a document of a bulk request. A document with the same hash is a repeat. */
export interface DocumentIdentity {
  /** A hash of 32 hexadecimal digits. */
  readonly hash: string;
  /**
   * The flag is true if a repeat counts as a new version of the document, as for the action `index` in Elasticsearch.
   */
  readonly raisesVersion: boolean;
}

/** One document of a bulk request. */
export interface BulkEntry {
  readonly record: OutgoingRecord;
  /** The identity; `undefined` for a document that is appended even if it was appended before. */
  readonly identity: DocumentIdentity | undefined;
}

export type BulkOutcome =
  | { readonly kind: 'appended' }
  /**
   * The document was appended before. `version` is 1 for the document that was appended, and rises with each repeat.
   */
  | { readonly kind: 'repeated'; readonly version: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** A log to which the documents of bulk requests are appended. */
export interface BulkLog {
  /**
   * Appends each document without an identity, and each whose identity was not appended in the last 24 hours. The identity
   * of a refused document is not remembered.
   * @returns one outcome for each entry, in order
   * @throws {UnavailableError} as {@link EventLog.append}
   */
  append(entries: readonly BulkEntry[]): Promise<readonly BulkOutcome[]>;
}

/** The changes of one bulk request in the memory of identities: hashes with their versions. */
export interface BulkChanges {
  /** The documents that were appended now. */
  readonly appended: ReadonlyMap<string, number>;
  /** The documents that were appended before and have a new version now. */
  readonly raised: ReadonlyMap<string, number>;
}

/** A memory of identities, for a log that does not store them itself. */
export interface BulkIdentities {
  /** Returns the versions of the entries that were appended in the last 24 hours. */
  versionsOf(entries: readonly BulkEntry[]): ReadonlyMap<string, number>;
  /**
   * Stores all changes, or none.
   * @throws {UnavailableError} if the store fails
   */
  note(changes: BulkChanges): void;
}
