import { parseEntityPath } from '../../functions/shared/domain/entity.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import {
  type Family,
  families,
  type NewestByEntityQuery,
  type NewestOfEntity,
  type RefusedWrite,
  type Warehouse,
  type WarehouseDocument,
  type WarehouseQuery,
  type WarehouseWrite,
} from '../../functions/shared/ports/warehouse.ts';
import { withoutOtherMetrics } from '../../functions/shared/warehouse/metric-fields.ts';
import { collisionReason, differingField } from '../../functions/shared/warehouse/same-document.ts';
import type { Database } from './database.ts';
import { FamilyTable } from './family-table.ts';
import { SeriesSeen } from './series-seen.ts';
import type { Counters } from './totals.ts';

/** The limits of OpenSearch for an id, which this warehouse keeps too, so that one machine behaves like a deployment. */
const idBytesMax = 512;
/** The limit for the fields of a document under `other.*`, as in OpenSearch. */
const otherFieldsMax = 1_000;

/** The warehouse as one table for each family, with documents as JSON text. */
export class SqliteWarehouse implements Warehouse {
  readonly tables: ReadonlyMap<Family, FamilyTable>;
  readonly series: SeriesSeen;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #counters: Counters;

  constructor(database: Database, clock: Clock, counters: Counters) {
    this.#database = database;
    this.#clock = clock;
    this.#counters = counters;
    this.tables = new Map(families.map((family) => [family, new FamilyTable(database, family)]));
    this.series = new SeriesSeen(database, counters);
  }

  async write(writes: readonly WarehouseWrite[]): Promise<readonly RefusedWrite[]> {
    try {
      return this.#database.transaction(() => this.#writeAll(writes));
    } catch (error) {
      this.series.forget();
      for (const { groups } of this.tables.values()) groups?.forget();
      throw error;
    }
  }

  #writeAll(writes: readonly WarehouseWrite[]): RefusedWrite[] {
    const nowMs = this.#clock.nowMs();
    const refused: RefusedWrite[] = [];
    let samples = 0;
    for (const [index, whole] of writes.entries()) {
      const timeMs = timeOf(whole.document);
      const limit = fieldLimitOf(whole.document);
      const reduced = limit === undefined ? undefined : withoutOtherMetrics(whole.document);
      const write = reduced === undefined ? whole : { ...whole, document: reduced };
      const reason = refusalOf(write, timeMs) ?? (reduced === undefined ? limit : undefined);
      if (limit !== undefined && reason === undefined) refused.push({ index, reason: limit, leftOut: 'other metrics' });
      if (reason !== undefined) {
        refused.push({ index, reason });
      } else if (!this.#table(write.family).write(write, timeMs, nowMs)) {
        const field = this.#collidesIn(write);
        if (field !== undefined) refused.push({ index, reason: collisionReason(shownText(field)), isCollision: true });
      } else if (write.family === 'offbeat-samples') {
        samples += 1;
        this.series.note(write.document, nowMs);
      }
    }
    this.#counters.add('samples', samples);
    return refused;
  }

  /** Returns a field in which the stored document differs; `undefined` if it is the same, or has a version. */
  #collidesIn({ family, id, version, document }: WarehouseWrite): string | undefined {
    const stored = version === undefined ? this.#table(family).find(id) : undefined;
    return stored && differingField(stored, document);
  }

  async search({ family, ...query }: WarehouseQuery): Promise<readonly WarehouseDocument[]> {
    return this.#table(family).search(query);
  }

  async newestByEntity({ family, fromMs, cluster }: NewestByEntityQuery): Promise<readonly NewestOfEntity[]> {
    const found = new Map<string, NewestOfEntity>();
    for (const { group, newestMs } of await this.#table(family).newestOfGroups(cluster, fromMs)) {
      const { entity: path, dataset, source } = group;
      const key = JSON.stringify([path, dataset, source]);
      const entity = found.get(key)?.entity ?? parseEntityPath(path);
      if (entity === undefined || (found.get(key)?.newestMs ?? fromMs) > newestMs) continue;
      found.set(key, { entity, dataset, ...(source === '' ? {} : { source }), newestMs });
    }
    return [...found.values()];
  }

  async inventoryById(ids: readonly string[]): Promise<ReadonlyMap<string, WarehouseDocument>> {
    const table = this.#table('offbeat-inventory');
    const found = ids.map((id) => [id, table.find(id)] as const);
    return new Map(found.filter((entry): entry is [string, WarehouseDocument] => entry[1] !== undefined));
  }

  async dropInventory(seenBeforeMs: number): Promise<number> {
    const drop = this.#database.prepare(
      `DELETE FROM "offbeat-inventory" WHERE document ->> '$."offbeat.inventory.seen"' < ? ` +
        `AND document ->> '$."offbeat.scope"' IS NULL`,
    );
    return drop.run(new Date(seenBeforeMs).toISOString());
  }

  async count(family: Family): Promise<number> {
    return this.#table(family).count();
  }

  #table(family: Family): FamilyTable {
    return this.tables.get(family)!;
  }
}

/** Returns the time of a document, ms since the epoch; NaN if it has no valid date. */
function timeOf(document: WarehouseDocument): number {
  const date = document['@timestamp'];
  return typeof date === 'string' ? Date.parse(date) : Number.NaN;
}

function refusalOf({ id, document }: WarehouseWrite, timeMs: number): string | undefined {
  if (Number.isNaN(timeMs)) return `@timestamp: expected a date, got ${JSON.stringify(document['@timestamp'])}`;
  const idBytes = Buffer.byteLength(id);
  return idBytes === 0 || idBytes > idBytesMax ? `id: expected 1 to ${idBytesMax} bytes, got ${idBytes}` : undefined;
}

/** Returns the reason why a document does not fit with its metrics under `other.*`; `undefined` if it does. */
function fieldLimitOf(document: WarehouseDocument): string | undefined {
  let others = 0;
  for (const field in document) if (field.startsWith('other.')) others += 1;
  return others > otherFieldsMax ? `field limit of ${otherFieldsMax} exceeded: ${others} under other.*` : undefined;
}
