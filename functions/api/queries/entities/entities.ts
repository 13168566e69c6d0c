import type { Alert } from '../../../shared/domain/alert.ts';
import { type EntityKind, entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import type { AlertReader } from '../../alert-reader.ts';
import type { Entities } from '../../answers/entities.ts';
import { noTrouble, troubleByPath, worseFirst } from '../overview/alert-summary.ts';
import { presentEntities } from '../overview/known-entities.ts';
import { pageOf } from '../page.ts';

/** A question for entities. */
export interface EntitiesQuery {
  readonly cluster?: string | undefined;
  readonly kind?: EntityKind | undefined;
  /** A part of the path, in any case. @default any */
  readonly q?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly nowMs: number;
}

type Ports = { readonly warehouse: Warehouse; readonly reader: AlertReader };
type EntityRow = Entities['entities'][number];

/**
 * Returns the entities with samples in the last hour, those of a replay in its last hour, those in trouble first.
 * @throws {UnavailableError} if a source does not answer
 */
export async function findEntities(
  ports: Ports,
  { kind, q = '', limit, cursor, ...query }: EntitiesQuery,
): Promise<Entities> {
  const open = (await ports.reader.open(query.cluster)).items;
  const words = q.toLowerCase();
  const all = (await entityRows(ports, open, query)).filter(
    ({ entity, path }) => (kind ?? entity.kind) === entity.kind && path.toLowerCase().includes(words),
  );
  const { items, next } = pageOf(all, limit, cursor);
  return { entities: [...items], count: all.length, ...(next === undefined ? {} : { next }) };
}

/**
 * Returns the present entities with their trouble, those in trouble first, then by path.
 * @param open the alerts that are not resolved
 */
export async function entityRows(
  { warehouse, reader }: Ports,
  open: readonly Alert[],
  { nowMs, cluster }: Pick<EntitiesQuery, 'nowMs' | 'cluster'>,
): Promise<readonly EntityRow[]> {
  const recent = await reader.alerts({ limit: recentAlertsMax });
  const clusters = [...new Set([...open, ...recent.items].map(({ entity }) => entity.cluster))];
  const troubles = troubleByPath(open);
  const rows = new Map<string, EntityRow>();
  for (const { entity, dataset, newestMs } of await presentEntities(warehouse, { nowMs, clusters, cluster })) {
    const path = entityPath(entity);
    const row = rows.get(path);
    const datasets = [...new Set([...(row?.datasets ?? []), dataset])].sort(compareText);
    const trouble = troubles.get(path) ?? noTrouble();
    rows.set(path, { entity, path, datasets, newestMs: Math.max(row?.newestMs ?? 0, newestMs), trouble });
  }
  return [...rows.values()].sort((a, b) => worseFirst(a.trouble, b.trouble) || compareText(a.path, b.path));
}

/** The newest alerts from which the clusters of replays are known. */
const recentAlertsMax = 50;
