import type { Settings } from '../../shared/domain/settings.ts';
import type { FlatDocument } from '../document/flatten.ts';
import type { Read } from '../draft.ts';

/** The description of a source in `docs/beats.md`. */
export interface SourceDescription {
  readonly name: string;
  /** The marks by which its documents are recognised. */
  readonly recognised: string;
  readonly entity: string;
  readonly dimensions: string;
  /** The numbers that become measurements, with their units and kinds. */
  readonly measurements: string;
  readonly time: string;
}

/** A kind of documents, one object each. */
export interface DocumentSource extends SourceDescription {
  /** Returns whether a document is of this source. Sources are asked in the order of the registry. */
  recognises(document: FlatDocument): boolean;
  /** @throws {RefusedRecordError} if the document cannot be read */
  read(document: FlatDocument, settings: Settings): Read;
}

/** A kind of messages with a shape of its own, such as many documents in one record. */
export interface MessageSource extends SourceDescription {
  /** Returns whether a record's JSON is of this source. */
  recognises(value: unknown): boolean;
  /** @throws {RefusedRecordError} if the message cannot be read */
  read(value: unknown, settings: Settings): Read;
}
