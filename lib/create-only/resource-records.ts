import type { RecordedResources } from './record.ts';

/** The place of a record, which a message names. */
export interface RecordPlace {
  /** The path of the file. */
  readonly file: string;
  /** The part of the file that has the resources. */
  readonly entry: string;
}

/** The recorded resources of one deployment in one account and region. */
export interface ResourceRecords {
  readonly place: RecordPlace;
  /**
   * Returns the record, or `undefined` before the first one.
   * @throws {UsageError} if the file has another form
   */
  read(): RecordedResources | undefined;
  /** Replaces the record, and saves all that was recorded with it. The file is created if it does not exist. */
  write(resources: RecordedResources): void;
}
