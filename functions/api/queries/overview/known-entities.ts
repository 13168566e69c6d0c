import { hourMs } from '../../../shared/domain/durations.ts';
import { entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { NewestOfEntity, Warehouse } from '../../../shared/ports/warehouse.ts';
import type { Overview } from '../../answers/overview.ts';

/** The greatest age of the newest sample of an entity that counts as present, ms. */
export const presentMs = hourMs;
/** The most clusters without recent samples of which older ones are read. */
const otherClustersMax = 20;

/** A choice of entities. */
export interface PresentQuery {
  readonly nowMs: number;
  /** The clusters whose newest samples count if they have no recent ones, such as those of replays. */
  readonly clusters: readonly string[];
  /** The only cluster. @default all */
  readonly cluster?: string | undefined;
}

/**
 * Returns the newest samples of the entities that are present: those with samples in the last hour; of a cluster without any, such as
 * a replay, those with samples in its own last hour.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function presentEntities(
  warehouse: Warehouse,
  { nowMs, clusters, cluster }: PresentQuery,
): Promise<readonly NewestOfEntity[]> {
  const family = 'offbeat-samples';
  const of = cluster === undefined ? {} : { cluster };
  const recent = await warehouse.newestByEntity({ family, fromMs: nowMs - presentMs, ...of });
  const seen = new Set(recent.map(({ entity }) => entity.cluster));
  const others = (cluster === undefined ? clusters : [cluster]).filter((name) => !seen.has(name));
  const found = [...recent];
  for (const name of others.slice(0, otherClustersMax)) {
    const all = await warehouse.newestByEntity({ family, fromMs: 0, cluster: name });
    const newestMs = all.reduce((most, each) => Math.max(most, each.newestMs), 0);
    found.push(...all.filter((each) => each.newestMs > newestMs - presentMs));
  }
  return found;
}

/**
 * Returns the number of entities of the kinds that a person asks for first.
 * @param sinceMs entities that sent nothing since then do not count
 */
export function countsOf(newest: readonly NewestOfEntity[], sinceMs: number): Overview['counts'] {
  const reporting = newest.filter(({ newestMs }) => newestMs >= sinceMs);
  const paths = new Map(reporting.map(({ entity }) => [entityPath(entity), entity.kind]));
  const counted = (kind: string): number => [...paths.values()].filter((each) => each === kind).length;
  return {
    machines: counted('host'),
    chunkservers: counted('chunkserver'),
    topics: counted('topic'),
    consumerGroups: counted('consumer-group'),
  };
}

/** Returns the newest sample of each shipper in each cluster, and the entity that is the furthest behind. */
export function freshnessOf(newest: readonly NewestOfEntity[]): Overview['freshness'] {
  const groups = Map.groupBy(newest, ({ source = '', entity }) => JSON.stringify([entity.cluster, source]));
  return [...groups.values()]
    .map((own) => {
      const byPath = new Map<string, number>();
      for (const { entity, newestMs } of own) {
        const path = entityPath(entity);
        byPath.set(path, Math.max(byPath.get(path) ?? 0, newestMs));
      }
      const sorted = [...byPath].sort(([a, aMs], [b, bMs]) => aMs - bMs || compareText(a, b));
      const [path, oldestMs] = sorted[0]!;
      return {
        source: own[0]!.source ?? '',
        cluster: own[0]!.entity.cluster,
        entities: byPath.size,
        newestMs: sorted.at(-1)![1],
        oldest: { path, newestMs: oldestMs },
      };
    })
    .sort((a, b) => compareText(a.cluster, b.cluster) || compareText(a.source, b.source));
}
