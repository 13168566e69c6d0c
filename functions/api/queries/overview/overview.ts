import { canaryEntity } from '../../../shared/domain/canary.ts';
import { hourMs } from '../../../shared/domain/durations.ts';
import { type Entity, entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import { timestamp } from '../../../shared/warehouse/common-fields.ts';
import type { Overview } from '../../answers/overview.ts';
import type { Health } from '../../health.ts';
import type { Sources } from '../../sources.ts';
import { findStatus } from '../inventory.ts';
import { countsByCluster } from './alert-counts.ts';
import { type CurrentAlerts, currentAlerts } from './current-alerts.ts';
import { cursorOf, writeCursor } from './cursor.ts';
import { countsOf, freshnessOf, presentEntities, presentMs } from './known-entities.ts';
import { ownStatus } from './own-status.ts';
import { faultsOf, silencesOf } from './seen.ts';

/** The sources of the overview. */
export interface OverviewPorts extends Sources {
  readonly settings: Pick<Settings, 'cluster'>;
  readonly health: () => Promise<Health>;
  /** The version of Offbeat. */
  readonly version: string;
}

export interface OverviewQuery {
  readonly cluster?: string | undefined;
  readonly nowMs: number;
}

/** The most alerts that are listed. */
const listedMax = 1_000;
/** The most deliveries that are counted. */
const deliveriesMax = 10_000;

/**
 * Returns what a person on call sees first. Without a warehouse it is made of what the alert stage knows, and the note says so.
 * @throws {UnavailableError} if a source does not answer
 */
export async function findOverview(ports: OverviewPorts, { cluster, nowMs }: OverviewQuery): Promise<Overview> {
  const { warehouse, reader } = ports;
  const [alerts, health, silences] = await Promise.all([
    currentAlerts(ports, { nowMs, cluster }),
    ports.health(),
    silencesOf(reader),
  ]);
  const known = new Set([
    ports.settings.cluster.name,
    ...ports.settings.cluster.hosts.map((rule) => rule.cluster),
    ...[...alerts.open, ...alerts.resolved].map((alert) => alert.cluster),
  ]);
  const data = warehouse === undefined ? noData : await dataOf(warehouse, { ...ports, cluster, nowMs, known });
  const deliveries = health.stages.flatMap(({ sources }) => sources.filter((source) => 'queue' in source));
  const ofAlerts = deliveries.filter(({ queue }) => queue === 'alerts');
  const { clusters, faults, notes, delivered, ...rest } = data;
  const all = [...alertNotes(alerts), ...notes];
  return {
    nowMs,
    version: ports.version,
    clusters: [...new Set([...known, ...clusters])].sort(compareText),
    ...rest,
    alerts: {
      open: alerts.open.slice(0, listedMax),
      openCount: alerts.open.length,
      silenced: alerts.open.filter(({ silencedBy }) => silencedBy !== undefined).length,
      clusters: countsByCluster(alerts.open),
      resolved: [...alerts.resolved],
    },
    deliveries: {
      waiting: ofAlerts.reduce((sum, { waiting }) => sum + waiting, 0),
      givenUp: ofAlerts.reduce((sum, { deadLetters = 0 }) => sum + deadLetters, 0),
      delivered,
      receivers: [...health.receivers],
    },
    offbeat: ownStatus(health),
    cursor: writeCursor(cursorOf({ ...alerts, silences, faults })),
    ...(all.length === 0 ? {} : { note: all.join('; ') }),
  };
}

const alertNotes = ({ note }: CurrentAlerts): string[] => (note === undefined ? [] : [note]);

/** The part of the overview that only a warehouse knows. */
interface Data extends Pick<Overview, 'status' | 'counts' | 'freshness' | 'newestSampleMs' | 'canary'> {
  readonly delivered: number | null;
  readonly clusters: readonly string[];
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

const noData: Data = {
  status: { status: 'unknown', clusters: [] },
  counts: { machines: 0, chunkservers: 0, topics: 0, consumerGroups: 0 },
  freshness: [],
  newestSampleMs: null,
  canary: null,
  delivered: null,
  clusters: [],
  faults: [],
  notes: ['without a warehouse, only alerts, silences and deliveries are known'],
};

interface DataQuery extends OverviewQuery, Pick<OverviewPorts, 'settings'> {
  readonly known: ReadonlySet<string>;
}

async function dataOf(warehouse: Warehouse, { cluster, nowMs, known, settings }: DataQuery): Promise<Data> {
  const [{ status, clusters, note }, delivered, canary, newestSampleMs, faults] = await Promise.all([
    findStatus(warehouse, { cluster, limit: 1 }, nowMs),
    deliveredSince(warehouse, nowMs - hourMs),
    newestSampleOf(warehouse, canaryEntity(settings.cluster.name)),
    newestSample(warehouse),
    faultsOf(warehouse),
  ]);
  const all = [...known, ...clusters.map((each) => each.cluster)];
  const newest = await presentEntities(warehouse, { nowMs, clusters: [...new Set(all)], cluster });
  return {
    status: {
      status,
      clusters: clusters.map(({ counts: _counts, components: _components, ...each }) => each),
    },
    // The last hour of a replay is a present only for those who look at its cluster.
    counts: countsOf(newest, cluster === undefined ? nowMs - presentMs : 0),
    freshness: freshnessOf(newest),
    newestSampleMs,
    canary: canary === null ? null : { lastMs: canary },
    delivered,
    clusters: [...clusters.map((each) => each.cluster), ...newest.map(({ entity }) => entity.cluster)],
    faults,
    notes: note === undefined ? [] : [note],
  };
}

/** Returns the time of the newest sample of all; `null` if there is none. */
export async function newestSample(warehouse: Warehouse): Promise<number | null> {
  return newestOf(warehouse, {});
}

const newestSampleOf = (warehouse: Warehouse, entity: Entity): Promise<number | null> =>
  newestOf(warehouse, { 'offbeat.entity.path': entityPath(entity) });

async function newestOf(warehouse: Warehouse, match: Readonly<Record<string, string>>): Promise<number | null> {
  const query = { family: 'offbeat-samples', order: 'newest first', limit: 1, fields: ['@timestamp'] } as const;
  const [document] = await warehouse.search({ ...query, match });
  return document === undefined ? null : timestamp.read(document)!;
}

async function deliveredSince(warehouse: Warehouse, fromMs: number): Promise<number> {
  const match = { 'offbeat.delivery.outcome': 'delivered' };
  const query = { family: 'offbeat-deliveries', match, fromMs, fields: ['@timestamp'] } as const;
  return (await warehouse.search({ ...query, order: 'newest first', limit: deliveriesMax })).length;
}
