/** One family of documents, each with its own life time and mapping. */
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

/** Days for which documents are kept at least. The inventory stays. */
export const keptDays: Readonly<Record<Exclude<Family, 'offbeat-inventory'>, number>> = {
  'offbeat-samples': 2,
  'offbeat-summaries': 30,
  'offbeat-summaries-1h': 396,
  'offbeat-anomalies': 396,
  'offbeat-alerts': 396,
  'offbeat-silences': 396,
  'offbeat-deliveries': 90,
};

/** Field names are flat and dotted, `host.name`, as OpenSearch returns them and ECS names them. */
export type WarehouseDocument = Readonly<Record<string, unknown>>;

export interface WarehouseWrite {
  readonly family: Family;
  /** Made of content, so that a second write is the same write. */
  readonly id: string;
  /** Decides the daily index; it is part of what the id is made of and never changes. */
  readonly timeMs: number;
  readonly document: WarehouseDocument;
  /** Absent: `create`, first wins. Present: external version, a lower or equal one changes nothing. */
  readonly version?: number;
}

/** A document the warehouse will never take. */
export interface RefusedWrite {
  readonly index: number;
  readonly reason: string;
}

export interface WarehouseQuery {
  readonly family: Family;
  /** Field to the exact value it must have. */
  readonly match?: Readonly<Record<string, string | number | boolean>>;
  /** Bounds of `@timestamp`: from inclusive, to exclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly order: 'oldest first' | 'newest first';
  readonly limit: number;
}

export interface Warehouse {
  /**
   * Writes all; a document that is already there (or newer) counts as written.
   * @returns what was refused for good
   * @throws {UnavailableError} when some are neither written nor refused: write all again
   */
  write(writes: readonly WarehouseWrite[]): Promise<readonly RefusedWrite[]>;
  search(query: WarehouseQuery): Promise<readonly WarehouseDocument[]>;
  count(family: Family): Promise<number>;
}
