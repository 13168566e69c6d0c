import { inventoryId } from '../../shared/domain/ids.ts';
import { type InventoryItem, unseenAfterMs } from '../../shared/domain/inventory.ts';
import type { Sample } from '../../shared/domain/sample.ts';
import { observedIn } from './components.ts';

/** The state of a component by one sample. `sinceMs` is that of the sample alone. */
export interface Observation {
  readonly id: string;
  readonly item: InventoryItem;
}

/**
 * Returns what a sample says of a component.
 * @param appendedMs the append time of its document; it counts if the sample is live
 * @returns `undefined` for a sample that describes no component
 */
export function observationOf(sample: Sample, appendedMs: number): Observation | undefined {
  const observed = observedIn(sample);
  if (observed === undefined) return undefined;
  const { entity, timestampMs, dataset, dimensions, measurements, facts, periodMs, source, scope } = sample;
  const item = {
    entity,
    timestampMs,
    dataset,
    dimensions,
    measurements,
    ...(facts === undefined ? {} : { facts }),
    ...(periodMs === undefined ? {} : { periodMs }),
    source,
    ...(scope === undefined ? {} : { scope }),
    ...observed,
    sinceMs: timestampMs,
    seenMs: scope === undefined ? appendedMs : timestampMs,
  };
  return { id: inventoryId(sample, scope), item };
}

/**
 * Returns the newest items after some observations. An observation that is not newer than what is known changes nothing, so the
 * same observations again, or older ones, give no items.
 * @param known the stored items by id
 * @param observations in any order
 * @returns the changed items by id, each with the observation that it was made from
 */
export function newestItems<Seen extends Observation>(
  known: ReadonlyMap<string, InventoryItem>,
  observations: readonly Seen[],
): ReadonlyMap<string, { readonly item: InventoryItem; readonly from: Seen }> {
  const changed = new Map<string, { item: InventoryItem; from: Seen }>();
  for (const from of observations.toSorted((a, b) => a.item.timestampMs - b.item.timestampMs)) {
    const { id, item } = from;
    const before = changed.get(id)?.item ?? known.get(id);
    if (before !== undefined && before.timestampMs >= item.timestampMs) continue;
    changed.set(id, { item: { ...item, sinceMs: sinceOf(before, item) }, from });
  }
  return changed;
}

/** Returns since when a component has its status. After a time in which it was unknown, its status begins anew. */
function sinceOf(before: InventoryItem | undefined, now: InventoryItem): number {
  if (before === undefined || before.status !== now.status) return now.timestampMs;
  const wasUnknown = now.seenMs - before.seenMs > unseenAfterMs(before.periodMs);
  return wasUnknown ? now.timestampMs : before.sinceMs;
}
