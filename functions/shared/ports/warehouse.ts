import type { Entity } from '../domain/entity.ts';

/** The families of documents. Each has its own retention and index template. */
export const families = [
  'offbeat-samples',
  'offbeat-summaries',
  'offbeat-summaries-1h',
  'offbeat-anomalies',
  'offbeat-alerts',
  'offbeat-silences',
  'offbeat-deliveries',
  'offbeat-inventory',
] as const;
export type Family = (typeof families)[number];

/** A document. Its field names are flat and dotted, as ECS has them: `host.name`. */
export type WarehouseDocument = Readonly<Record<string, unknown>>;

/** One document to write. */
export interface WarehouseWrite {
  readonly family: Family;
  /** The id, made of the content, so that a second write of the same content changes nothing. */
  readonly id: string;
  /** The time that decides the index. It is part of the content from which the id is made, and never changes. */
  readonly timeMs: number;
  readonly document: WarehouseDocument;
  /**
   * The version of the document: a lower or equal one changes nothing. Without a version the first document with the id
   * is kept.
   */
  readonly version?: number;
}

/** A document, or a part of one, that the warehouse will never accept. */
export interface RefusedWrite {
  /** The position of the write in the call. */
  readonly index: number;
  readonly reason: string;
  /**
   * The part that was left out of the document, which was written without it: the metrics that the catalogue does not
   * contain. Absent if the whole document was refused.
   */
  readonly leftOut?: 'other metrics';
  /** Means that another document has the id: the content differs from which the id was made. Absent otherwise. */
  readonly isCollision?: true;
}

/** The families whose documents are measurements of one series group: an entity, a dataset and dimensions. */
export const measuredFamilies = ['offbeat-samples', 'offbeat-summaries', 'offbeat-summaries-1h'] as const;
export type MeasuredFamily = (typeof measuredFamilies)[number];

export type MatchValue = string | number | boolean;
/** Fields and the exact values that they must have; of a list any one of its values. An empty list matches nothing. */
export type Match = Readonly<Record<string, MatchValue | readonly MatchValue[]>>;

/** A search in one family. */
export interface WarehouseQuery {
  readonly family: Family;
  readonly match?: Match;
  /** The dimensions of the documents: these with these values, and no others. @default any */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** The fields that are returned, as far as a document has them. @default all */
  readonly fields?: readonly string[];
  /** The earliest `@timestamp`, inclusive. */
  readonly fromMs?: number;
  /** The end of the range of `@timestamp`, exclusive. */
  readonly toMs?: number;
  readonly order: 'oldest first' | 'newest first';
  readonly limit: number;
}

/** A question for the newest documents of entities. */
export interface NewestByEntityQuery {
  readonly family: MeasuredFamily;
  /** The earliest `@timestamp` of a document that counts, inclusive. */
  readonly fromMs: number;
  /** @default any */
  readonly cluster?: string;
}

/** The newest document of one entity, dataset and shipper. */
export interface NewestOfEntity {
  readonly entity: Entity;
  readonly dataset: string;
  /** The shipper; absent in summaries, which do not name it. */
  readonly source?: string;
  readonly newestMs: number;
}

/** A store of documents: OpenSearch, or tables of the embedded store. */
export interface Warehouse {
  /**
   * Writes all documents. A document that exists already, or has a newer version, counts as written. If another document
   * has its id, and neither has a version, that one is kept: a collision.
   * @returns the writes that were refused permanently, as a whole or in part
   * @throws {UnavailableError} if some documents are neither written nor refused: write all of them again
   */
  write(writes: readonly WarehouseWrite[]): Promise<readonly RefusedWrite[]>;
  /**
   * Returns the documents that match, in the given order.
   * @throws {UnavailableError} if the warehouse does not answer
   */
  search(query: WarehouseQuery): Promise<readonly WarehouseDocument[]>;
  /**
   * Returns the time of the newest document of each entity, dataset and shipper, in no order.
   * @throws {UnavailableError} if the warehouse does not answer
   */
  newestByEntity(query: NewestByEntityQuery): Promise<readonly NewestOfEntity[]>;
  /**
   * Returns items of the inventory by their ids, as all writes before left them. An item that does not exist is absent.
   * @throws {UnavailableError} if the warehouse does not answer
   */
  inventoryById(ids: readonly string[]): Promise<ReadonlyMap<string, WarehouseDocument>>;
  /**
   * Deletes the live items of the inventory that were last seen before a time. Those of replays stay.
   * @returns the number of deleted items
   * @throws {UnavailableError} if the warehouse does not answer
   */
  dropInventory(seenBeforeMs: number): Promise<number>;
  /**
   * Returns the number of documents of a family.
   * @throws {UnavailableError} if the warehouse does not answer
   */
  count(family: Family): Promise<number>;
}
