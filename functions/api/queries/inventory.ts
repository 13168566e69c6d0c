import type * as z from 'zod';
import type { Component } from '../../shared/domain/cluster-status.ts';
import { clusterStatus, worstFirst, worstOf } from '../../shared/domain/cluster-status.ts';
import { withoutGone } from '../../shared/domain/gone-servers.ts';
import {
  type ComponentKind,
  componentKinds,
  type InventoryItem,
  itemAt,
  type StatusWord,
} from '../../shared/domain/inventory.ts';
import { compareText } from '../../shared/domain/order.ts';
import { dimensionsText } from '../../shared/domain/series-text.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { inventoryDocument } from '../../shared/warehouse/inventory-document.ts';
import type { clusterAnswer } from '../answers/inventory.ts';
import type { Shown } from '../answers/shown.ts';
import type { ParametersOf } from '../parameters.ts';
import { newest } from './newest.ts';
import { pageOf } from './page.ts';

const family = 'offbeat-inventory';

interface Found<Item> {
  readonly items: readonly Item[];
  /** A sentence about what was left out; absent if nothing was. */
  readonly note?: string;
}

type Match = Readonly<Record<string, string | undefined>>;

/** Reads the items that were seen last. @returns the items as they are now */
async function itemsOf(warehouse: Warehouse, match: Match, at: Present, limit: number): Promise<Found<InventoryItem>> {
  const documents = await newest(warehouse, { family, match, limit });
  const items: InventoryItem[] = [];
  for (const document of documents) {
    const item = inventoryDocument.read(document);
    items.push(itemAt(item, await at(item)));
    if (turns.isOver) await turns.next();
  }
  const what = match['offbeat.inventory.role'] ?? 'component';
  return items.length < limit ? { items } : { items, note: `only the ${limit} ${what}s that were seen last were read` };
}

/** Returns the present of an item: the clock or, of a replay, the time of its newest item. Ms. */
type Present = (item: InventoryItem) => Promise<number>;

function presentBy(warehouse: Warehouse, nowMs: number): Present {
  const ofReplays = new Map<string, Promise<number>>();
  return async ({ scope, timestampMs }) => {
    if (scope === undefined) return nowMs;
    const known = ofReplays.get(scope) ?? newestOf(scope, timestampMs);
    ofReplays.set(scope, known);
    return known;
  };

  async function newestOf(scope: string, timestampMs: number): Promise<number> {
    const [document] = await newest(warehouse, { family, match: { 'offbeat.scope': scope }, limit: 1 });
    return document === undefined ? timestampMs : inventoryDocument.read(document).timestampMs;
  }
}

/**
 * Returns components with their newest state, by cluster and kind, and those of one kind in the order of their master.
 * @param nowMs the clock, ms
 */
export async function findInventory(
  warehouse: Warehouse,
  { cluster, kind, limit, cursor }: ParametersOf<'inventory'>,
  nowMs: number,
) {
  const match = { 'offbeat.entity.cluster': cluster, 'offbeat.inventory.kind': kind };
  const { items, note } = await itemsOf(warehouse, match, presentBy(warehouse, nowMs), listedMax);
  const { items: page, next } = pageOf(items.toSorted(inOrder), limit, cursor);
  const more = next === undefined ? [] : [`${page.length} of ${items.length} components are listed; "next" goes on`];
  const notes = [...more, ...(note === undefined ? [] : [note])];
  return {
    inventory: page,
    ...(next === undefined ? {} : { next }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

/** The most components that are read for a list. */
const listedMax = 50_000;

const positionOf = ({ facts, dataset }: InventoryItem): number =>
  Number(facts?.[`${dataset}.position`] ?? Number.POSITIVE_INFINITY);

const inOrder = (a: InventoryItem, b: InventoryItem): number =>
  compareText(a.entity.cluster, b.entity.cluster) ||
  componentKinds.indexOf(a.kind) - componentKinds.indexOf(b.kind) ||
  compareNumbers(positionOf(a), positionOf(b)) ||
  compareText(a.entity.name, b.entity.name) ||
  compareText(dimensionsText(a.dimensions), dimensionsText(b.dimensions));

const compareNumbers = (a: number, b: number): number => (a === b ? 0 : a - b);

/** The status of a cluster for the API, with its components. */
export type ClusterReport = Shown<z.infer<typeof clusterAnswer>>;

/** The most heads, servers and parts that are read, of each. */
const itemsMax = 10_000;

/** Returns the status of each cluster, and the worst of those that are live. @param nowMs the clock, ms */
export async function findStatus(warehouse: Warehouse, { cluster, limit }: ParametersOf<'status'>, nowMs: number) {
  const at = presentBy(warehouse, nowMs);
  const read = ([role, status]: readonly [role: string, status?: string]) => {
    const match = { 'offbeat.inventory.role': role, 'offbeat.inventory.status': status };
    return itemsOf(warehouse, { ...match, 'offbeat.entity.cluster': cluster }, at, itemsMax);
  };
  // Parts may be very many, so that those with faults are asked for by themselves.
  const asked = [['head'], ['server'], ['part', 'down'], ['part', 'degraded'], ['part', 'ok']] as const;
  const found = await Promise.all(asked.map(read));
  const notes = [...new Set(found.flatMap(({ note }) => note ?? []))];
  const byCluster = Map.groupBy(
    found.flatMap(({ items }) => items),
    ({ entity }) => entity.cluster,
  );
  const clusters = [...byCluster]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, items]) => reportOf(name, items, limit));
  return {
    status: worstOf(deciding(clusters).map(({ status }) => status)),
    clusters,
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

/** Returns the clusters whose status counts: a replay tells of the past, so it counts only where nothing is live. */
function deciding(clusters: readonly ClusterReport[]): readonly ClusterReport[] {
  const live = clusters.filter(({ isReplay }) => !isReplay);
  return live.length > 0 ? live : clusters;
}

function reportOf(cluster: string, all: readonly InventoryItem[], limit: number): ClusterReport {
  const items = withoutGone(all);
  const counts: Partial<Record<ComponentKind, Partial<Record<StatusWord, number>>>> = {};
  // A part that is unknown may have been deleted.
  const counted = items.filter(({ role, status }) => role !== 'part' || status !== 'unknown');
  for (const { kind, status } of counted.toSorted(inOrder)) {
    const ofKind = counts[kind] ?? {};
    counts[kind] = { ...ofKind, [status]: (ofKind[status] ?? 0) + 1 };
  }
  const faulty = counted.filter(({ status }) => status !== 'ok');
  return {
    cluster,
    ...(items[0]?.scope === undefined ? {} : { isReplay: true }),
    ...clusterStatus(items),
    counts,
    components: faulty.toSorted(worstFirst).slice(0, limit).map(componentOf),
  };
}

const componentOf = ({ entity, kind, dimensions, role, status, reason, sinceMs }: InventoryItem): Component => ({
  entity,
  kind,
  dimensions,
  role,
  status,
  reason,
  sinceMs,
});
