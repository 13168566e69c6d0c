import type { EntityRecord } from '../shared/domain/edge.ts';
import { PartitionStoppedError, restoreRemedy } from '../shared/domain/errors.ts';
import type { Blocks } from '../shared/runner/step.ts';
import { AlignedClocks } from '../shared/time/aligned-clocks.ts';
import { type ClusterState, isEmpty, newCluster } from './cluster-state.ts';
import {
  type Common,
  type Counted,
  decodeCluster,
  decodeCommon,
  decodeEntities,
  decodeHeld,
  decodeResolved,
  encodeCluster,
  encodeCommon,
  encodeEntities,
  encodeHeld,
  encodeResolved,
} from './codec.ts';
import { Held, type HeldTick, type Reported } from './held.ts';

const commonBlock = 'common';
const clusterBlock = /^cluster\//;
const heldBlock = /^held\//;
const resolvedBlock = /^resolved\//;
const entitiesBlock = /^entities\//;

/** Returns whether a block contains alerts or silences that an operator may ask for, or decides how an alert's suspects are ranked. */
export const isOfClusters = (block: string): boolean =>
  [clusterBlock, resolvedBlock, entitiesBlock].some((kind) => kind.test(block));

/**
 * The state of the alert stage for one partition of `signals`. It is stored as one block of time and counts, a block
 * for each cluster in its scope, one for the cluster's resolved alerts, one for its entities, and a block for each tick under
 * which anomalies wait. Resolved alerts and entities have blocks of their own because a cluster changes with nearly every tick
 * of an incident.
 */
export class AlertState {
  /** The time of each scope, as the minimum over detect partitions. */
  readonly clocks: AlignedClocks;
  readonly #held = new Held();
  readonly #counts: Map<Counted, number>;
  readonly #clusters = new Map<string, ClusterState>();
  /** The stored text of each block, by its name; of a block of resolved alerts, which they are. */
  readonly #stored = new Map<string, string>();
  readonly #touched = new Set<string>();

  /**
   * @param blocks the stored blocks; empty for a new partition
   * @throws {PartitionStoppedError} if they are damaged or of a newer version
   */
  constructor(blocks: Blocks) {
    for (const [name, bytes] of blocks) {
      if (name !== commonBlock && !clusterBlock.test(name) && !heldBlock.test(name)) continue;
      const text = Buffer.from(bytes).toString();
      this.#stored.set(name, text);
      if (clusterBlock.test(name)) this.#clusters.set(name, decodeCluster(text, name));
      if (heldBlock.test(name)) this.#held.restore(decodeHeld(text, name));
    }
    for (const [name, bytes] of blocks) {
      if (resolvedBlock.test(name)) this.#restoreResolved(Buffer.from(bytes).toString(), name);
      if (entitiesBlock.test(name)) this.#restoreEntities(Buffer.from(bytes).toString(), name);
    }
    const { clocks, counts } = decodeCommon(this.#stored.get(commonBlock), commonBlock);
    this.clocks = new AlignedClocks(clocks);
    this.#counts = new Map(counts);
  }

  /** The number of records that changed nothing, by reason, since the partition's first record. */
  get counts(): ReadonlyMap<Counted, number> {
    return this.#counts;
  }

  count(reason: Counted): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Counts a record that changes nothing. @returns its effects: none */
  ignored(reason: Counted): [] {
    this.count(reason);
    return [];
  }

  /** Returns a cluster in a scope, to be read or changed; an empty one if it is not known. */
  cluster(scope: string, name: string): ClusterState {
    const block = `cluster/${scope}/${name}`;
    const known = this.#clusters.get(block) ?? newCluster(scope, name);
    this.#clusters.set(block, known);
    this.#touched.add(block);
    return known;
  }

  /** All clusters of all scopes, to be read. */
  get clusters(): Iterable<ClusterState> {
    return this.#clusters.values();
  }

  /** Returns all clusters of a scope, to be read or changed, in the order of their names. */
  clustersOf(scope: string): ClusterState[] {
    const names = [...this.#clusters.values()].filter((cluster) => cluster.scope === scope).map(({ name }) => name);
    return names.sort().map((name) => this.cluster(scope, name));
  }

  /** The number of silences of all clusters. */
  get silenceCount(): number {
    return [...this.#clusters.values()].reduce((sum, { silences }) => sum + silences.size, 0);
  }

  /** Holds an anomaly under a tick. */
  hold(scope: string, tickMs: number, reported: Reported): void {
    this.#held.add(scope, tickMs, reported);
    this.#touched.add(Held.blockOf(scope, tickMs));
  }

  /** Holds the place of an entity under a tick. */
  holdEntity(scope: string, tickMs: number, record: EntityRecord): void {
    this.#held.addEntity(scope, tickMs, record);
    this.#touched.add(Held.blockOf(scope, tickMs));
  }

  get heldCount(): number {
    return this.#held.count;
  }

  /** Releases what waits in a scope under ticks before `untilMs`, in the order in which it is to be applied. */
  releaseHeldBefore(scope: string, untilMs: number): HeldTick[] {
    return this.#held.releaseBefore(scope, untilMs).map((tick) => this.#released(tick));
  }

  /** Releases the oldest tick under which anomalies wait; `undefined` if there is none. */
  releaseOldestHeld(): HeldTick | undefined {
    const oldest = this.#held.releaseOldest();
    return oldest === undefined ? undefined : this.#released(oldest);
  }

  #released(tick: HeldTick): HeldTick {
    this.#touched.add(Held.blockOf(tick.scope, tick.tickMs));
    return tick;
  }

  /**
   * Forgets all of a scope that has ended, its resolved alerts too: their times are those of the recording, and no tick of the
   * scope follows that would let them go after 8 days.
   */
  forget(scope: string): void {
    this.clocks.forget(scope);
    for (const { alerts, silences, dismissed, closed, resolved, entities } of this.clustersOf(scope)) {
      for (const known of [alerts, silences, dismissed, closed, resolved, entities]) known.clear();
    }
  }

  takeChanges(): ReadonlyMap<string, Uint8Array | null> {
    const changes = new Map<string, Uint8Array | null>();
    for (const name of [...this.#touched].sort()) {
      if (clusterBlock.test(name)) {
        this.#takeResolved(changes, this.#clusters.get(name)!);
        this.#takeEntities(changes, this.#clusters.get(name)!);
      }
      this.#takeChange(changes, name, this.#textOf(name));
    }
    this.#touched.clear();
    const common: Common = { clocks: this.clocks.entries(), counts: [...this.#counts] };
    this.#takeChange(changes, commonBlock, encodeCommon(common));
    return changes;
  }

  /**
   * @returns the text of a block; `null` for an empty cluster, which is forgotten, and for a tick that holds nothing
   */
  #textOf(block: string): string | null {
    if (heldBlock.test(block)) {
      const tick = this.#held.get(block);
      return tick === undefined ? null : encodeHeld(tick);
    }
    const cluster = this.#clusters.get(block)!;
    if (!isEmpty(cluster)) return encodeCluster(cluster);
    this.#clusters.delete(block);
    return null;
  }

  #restoreResolved(text: string, block: string): void {
    const { scope, name, alerts } = decodeResolved(text, block);
    const cluster = this.#clusterOf(scope, name, block);
    for (const alert of alerts) cluster.resolved.set(alert.id, alert);
    this.#stored.set(block, resolvedText(cluster));
  }

  #restoreEntities(text: string, block: string): void {
    const { scope, name, declared, entities } = decodeEntities(text, block);
    this.#clusterOf(scope, name, block).entities.restore(entities, declared);
  }

  #clusterOf(scope: string, name: string, block: string): ClusterState {
    const cluster = this.#clusters.get(`cluster/${scope}/${name}`);
    if (cluster !== undefined) return cluster;
    throw new PartitionStoppedError(`block ${block} of alert's state has no cluster; ${restoreRemedy}`);
  }

  /** Takes the change of the block of a cluster's entities: most of them are only reported again, once an hour. */
  #takeEntities(changes: Map<string, Uint8Array | null>, cluster: ClusterState): void {
    const { entities, scope, name } = cluster;
    if (!entities.isChanged) return;
    changes.set(`entities/${scope}/${name}`, entities.size === 0 ? null : Buffer.from(encodeEntities(cluster)));
    entities.isChanged = false;
  }

  /** Takes the change of the block of a cluster's resolved alerts. A resolved alert never changes: their ids show whether the block did. */
  #takeResolved(changes: Map<string, Uint8Array | null>, cluster: ClusterState): void {
    const block = `resolved/${cluster.scope}/${cluster.name}`;
    const text = resolvedText(cluster);
    if (text === (this.#stored.get(block) ?? '')) return;
    changes.set(block, text === '' ? null : Buffer.from(encodeResolved(cluster)));
    if (text === '') this.#stored.delete(block);
    else this.#stored.set(block, text);
  }

  #takeChange(changes: Map<string, Uint8Array | null>, name: string, text: string | null): void {
    if (text === (this.#stored.get(name) ?? null)) return;
    changes.set(name, text === null ? null : Buffer.from(text));
    if (text === null) this.#stored.delete(name);
    else this.#stored.set(name, text);
  }
}

/** Returns which resolved alerts a cluster remembers, as a text; empty if there are none. */
function resolvedText({ resolved }: ClusterState): string {
  return [...resolved.values()].map(({ id, updatedAtMs }) => `${id} ${updatedAtMs}`).join(', ');
}
