import { hourMs } from '../shared/domain/durations.ts';
import { addressesMax, type Edge, type EntityRecord, edgesMax } from '../shared/domain/edge.ts';
import { type Entity, entityPath } from '../shared/domain/entity.ts';
import { PartitionStoppedError } from '../shared/domain/errors.ts';
import { compareText } from '../shared/domain/order.ts';
import { murmur2 } from '../shared/log/topics.ts';
import type { Blocks } from '../shared/runner/step.ts';
import { orDamaged } from './damaged.ts';
import { factsRead, type Place, type Placed, placeOf } from './derive-place.ts';
import type { Group } from './series-group.ts';

/** The most entities of a partition whose places are known, at 250 bytes each. Further ones have no edges. */
export const placesMax = 20_000;
/** An entity that showed no place for this long is forgotten. */
export const forgetPlaceMs = 25 * hourMs;
const version = 1;
const placesBlock = /^places\/(\d\d)$/;
const blocksMax = 16;

/** The place of one entity: what its samples showed in this hour, and in the hour before. */
interface Known {
  readonly scope: string;
  readonly entity: Entity;
  /** The hour of stage time in which `now` was shown, as its start, ms. */
  hour: number;
  now: string[];
  before: string[];
}

/** The facts that were last read of a group's samples, so that the same facts are not read again within an hour. */
interface Read {
  readonly known: Known;
  readonly hour: number;
  readonly facts: readonly (string | undefined)[];
}

/**
 * The places of the entities of a partition. Each is reported when it is new or shows something new, and at the first sample
 * of each hour, so that `alert` can forget what is no longer shown.
 */
export class Places {
  readonly #known = new Map<string, Known>();
  readonly #read = new WeakMap<Group, Read>();
  readonly #changed = new Set<number>();

  /** @throws {PartitionStoppedError} if a block is of another version */
  constructor(blocks: Blocks) {
    for (const [name, bytes] of blocks) {
      if (!placesBlock.test(name)) continue;
      orDamaged(name, () => this.#restore(name, bytes));
    }
  }

  #restore(name: string, bytes: Uint8Array): void {
    const stored: { readonly version: number; readonly places: Known[] } = JSON.parse(Buffer.from(bytes).toString());
    if (stored.version !== version) {
      throw new PartitionStoppedError(
        `block ${name} of detect's state has version ${stored.version}: this Offbeat reads version ${version}`,
      );
    }
    for (const known of stored.places) this.#known.set(keyOf(known.scope, known.entity), known);
  }

  get size(): number {
    return this.#known.size;
  }

  /**
   * Notes the place that a sample shows.
   * @param group   the series of the sample
   * @param stageMs stage time, ms
   * @returns the record that reports it; `undefined` if nothing is due, and for an entity beyond the limit
   */
  note(group: Group, sample: Placed, stageMs: number): EntityRecord | undefined {
    const names = factsRead[sample.entity.kind];
    const last = this.#read.get(group);
    if (last !== undefined && last.hour === hourOf(stageMs, last.known) && isRead(last.facts, names, sample)) {
      return undefined;
    }
    const items = itemsOf(placeOf(sample));
    const { scope } = group.identity;
    const known = this.#find(scope, sample.entity, items.length > 0);
    if (known === undefined) return undefined;
    const hour = hourOf(stageMs, known);
    const isDue = add(known, items, hour);
    if (isDue !== 'nothing new') this.#changed.add(blockOf(keyOf(scope, sample.entity)));
    this.#read.set(group, { known, hour, facts: names.map((name) => sample.facts?.[name]) });
    return isDue === 'due' ? recordOf(known, stageMs) : undefined;
  }

  #find(scope: string, entity: Entity, isNeeded: boolean): Known | undefined {
    const key = keyOf(scope, entity);
    const found = this.#known.get(key);
    if (found !== undefined || !isNeeded || this.#known.size >= placesMax) return found;
    const { cluster, kind, name } = entity;
    const known: Known = { scope, entity: { cluster, kind, name }, hour: 0, now: [], before: [] };
    this.#known.set(key, known);
    return known;
  }

  /** Forgets the entities of a scope that showed no place since a stage time, ms. */
  forgetBefore(scope: string, ms: number): void {
    for (const [key, known] of this.#known) {
      if (known.scope !== scope || known.hour >= ms) continue;
      this.#known.delete(key);
      this.#changed.add(blockOf(key));
    }
  }

  /** Returns the blocks that changed since the last call; `null` for one that is empty. */
  takeChangedBlocks(): ReadonlyMap<string, Uint8Array | null> {
    const changes = new Map<string, Uint8Array | null>();
    if (this.#changed.size === 0) return changes;
    const entries = [...this.#known].sort(([a], [b]) => compareText(a, b));
    for (const block of [...this.#changed].sort((a, b) => a - b)) {
      const places = entries.filter(([key]) => blockOf(key) === block).map(([, known]) => known);
      const name = `places/${String(block).padStart(2, '0')}`;
      changes.set(name, places.length === 0 ? null : Buffer.from(JSON.stringify({ version, places })));
    }
    this.#changed.clear();
    return changes;
  }
}

/**
 * Returns the hour of a moment, as its start. Lanes are up to seconds apart, so an hour that has just ended counts as the one
 * that follows; one that is long past begins again, because a clock was set right.
 */
function hourOf(ms: number, { hour: known }: Known): number {
  const hour = ms - (ms % hourMs);
  return hour < known && known - hour <= hourMs ? known : hour;
}

const keyOf = (scope: string, entity: Entity): string => `${scope}\u0000${entityPath(entity)}`;
const blockOf = (key: string): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % blocksMax;

function isRead(facts: readonly (string | undefined)[], names: readonly string[], sample: Placed): boolean {
  return names.every((name, nth) => facts[nth] === sample.facts?.[name]);
}

/** Adds what a sample shows. Another hour begins with nothing shown. */
function add(known: Known, items: readonly string[], hour: number): 'due' | 'changed' | 'nothing new' {
  let result: 'due' | 'changed' | 'nothing new' = 'nothing new';
  if (known.hour !== hour) {
    known.before = known.now;
    known.now = [];
    known.hour = hour;
    result = 'due';
  }
  for (const item of items) {
    if (known.now.includes(item) || known.now.length >= addressesMax + edgesMax) continue;
    known.now.push(item);
    if (!known.before.includes(item)) result = 'due';
    else if (result === 'nothing new') result = 'changed';
  }
  return result;
}

/** Returns the addresses and the edges of a place as texts by which equal ones are recognised. */
function itemsOf({ addresses, edges }: Place): string[] {
  return [
    ...addresses.map((address) => `address\u0000${address}`),
    ...edges.map(({ relation, to }) => `edge\u0000${relation}\u0000${to.kind}\u0000${to.name}`),
  ];
}

function recordOf({ scope, entity, now, before }: Known, updatedAtMs: number): EntityRecord {
  const parts = [...new Set([...now, ...before])].map((item) => item.split('\u0000'));
  const addresses = parts.flatMap(([what, address]) => (what === 'address' ? [address!] : []));
  const edges = parts.flatMap(([what, relation, kind, name]) =>
    what === 'edge' ? [{ relation, to: { kind, name } } as Edge] : [],
  );
  return {
    entity,
    addresses: addresses.slice(0, addressesMax),
    edges: edges.slice(0, edgesMax),
    updatedAtMs,
    scope,
  };
}
