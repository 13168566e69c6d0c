import * as z from 'zod';
import { minuteMs } from './durations.ts';
import { sampleSchema, timeMsSchema } from './sample.ts';

/**
 * The states of a component in a word.
 *
 * - `ok`: it does its work.
 * - `degraded`: it does its work, and something of it needs a person.
 * - `down`: it does not do its work.
 * - `unknown`: it could not be seen; it may do its work.
 */
export const statusWords = ['ok', 'degraded', 'down', 'unknown'] as const;
export type StatusWord = (typeof statusWords)[number];

/** The kinds of components, in the order of lists. `storage`, `kafka`, `msk`, `opensearch` and `offbeat` are whole ones. */
export const componentKinds = [
  'storage',
  'chunkserver',
  'disk',
  'kafka',
  'broker',
  'topic',
  'partition',
  'consumer-group',
  'msk',
  'msk-broker',
  'opensearch',
  'search-node',
  'offbeat',
  'stage',
] as const;
export type ComponentKind = (typeof componentKinds)[number];

/**
 * The meanings of a component for the status of its cluster.
 *
 * - `head`: a whole storage, Kafka or OpenSearch, as its master or its brokers report it, and Offbeat itself.
 * - `server`: a program that should always be seen: a chunkserver, a broker, a node.
 * - `part`: what people make and delete: a disk, a partition, a consumer group; and a stage of Offbeat, which another release may not have. One that is gone is no fault.
 */
export const componentRoles = ['head', 'server', 'part'] as const;
export type ComponentRole = (typeof componentRoles)[number];

/** The newest state of one component: what its newest sample says. Family `offbeat-inventory`. */
export const inventoryItemSchema = sampleSchema
  .pick({
    entity: true,
    timestampMs: true,
    dataset: true,
    dimensions: true,
    measurements: true,
    facts: true,
    periodMs: true,
    source: true,
    scope: true,
  })
  .extend({
    kind: z.enum(componentKinds),
    role: z.enum(componentRoles),
    status: z.enum(statusWords),
    /** The reasons in words; absent if it is `ok`. */
    reason: z.string().optional(),
    /** The time since which it has its status, by the times of its documents. Ms. */
    sinceMs: timeMsSchema,
    /**
     * The time at which it was last seen: the append time of its newest document. Of a replay, whose documents are appended as fast
     * as they are read, the time of the document itself. Ms.
     */
    seenMs: timeMsSchema,
  });
export type InventoryItem = z.infer<typeof inventoryItemSchema>;
export const inventoryVersion = 'inventory/1';

/** The number of periods without a document after which a component is unknown. */
const missedPeriods = 10;
/** The least time without a document after which a component is unknown, ms. */
const unseenMsMin = 3 * minuteMs;

/**
 * Returns how long a component may send no document before its status is unknown, ms.
 * @param periodMs the time between two documents; absent where the shipper states none
 */
export const unseenAfterMs = (periodMs = 0): number => Math.max(missedPeriods * periodMs, unseenMsMin);

/**
 * Returns an item as it is at a moment: unknown since it was last seen, if that is too long ago. It is unknown as well if that is too
 * far ahead, as after a clock that was wrong went back: an item is never replaced by an older one.
 * @param presentMs the clock, or of a replay the time of the newest item that it has
 */
export function itemAt(item: InventoryItem, presentMs: number): InventoryItem {
  const afterMs = unseenAfterMs(item.periodMs);
  const unseenMs = presentMs - item.seenMs;
  if (Math.abs(unseenMs) <= afterMs) return item;
  if (unseenMs < 0) {
    const reason = 'last seen at a time that the clock has not reached; newer documents do not count until then';
    return { ...item, status: 'unknown', sinceMs: presentMs, reason };
  }
  return {
    ...item,
    status: 'unknown',
    sinceMs: item.seenMs,
    reason: `not seen for more than ${afterMs / minuteMs} min`,
  };
}
