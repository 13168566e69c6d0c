import type { Blocks } from '../shared/runner/step.ts';
import { AlignedClocks } from '../shared/time/aligned-clocks.ts';
import { type ClusterState, isEmpty, newCluster } from './cluster-state.ts';
import {
  type Common,
  type Counted,
  decodeCluster,
  decodeCommon,
  decodeHeld,
  encodeCluster,
  encodeCommon,
  encodeHeld,
} from './codec.ts';
import { Held, type HeldTick, type Reported } from './held.ts';

const commonBlock = 'common';
const clusterBlock = /^cluster\//;
const heldBlock = /^held\//;

/**
 * The state of the alert stage for one partition of `signals`. It is stored as one block of time and counts, a block
 * for each cluster in its scope, and a block for each tick under which anomalies wait.
 */
export class AlertState {
  /** The time of each scope, as the minimum over detect partitions. */
  readonly clocks: AlignedClocks;
  readonly #held = new Held();
  readonly #counts: Map<Counted, number>;
  readonly #clusters = new Map<string, ClusterState>();
  /** The stored text of each block, by its name. */
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

  /** Forgets all of a scope that has ended. */
  forget(scope: string): void {
    this.clocks.forget(scope);
    for (const { alerts, silences, dismissed, closed } of this.clustersOf(scope)) {
      for (const known of [alerts, silences, dismissed, closed]) known.clear();
    }
  }

  takeChanges(): ReadonlyMap<string, Uint8Array | null> {
    const changes = new Map<string, Uint8Array | null>();
    for (const name of [...this.#touched].sort()) this.#takeChange(changes, name, this.#textOf(name));
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

  #takeChange(changes: Map<string, Uint8Array | null>, name: string, text: string | null): void {
    if (text === (this.#stored.get(name) ?? null)) return;
    changes.set(name, text === null ? null : Buffer.from(text));
    if (text === null) this.#stored.delete(name);
    else this.#stored.set(name, text);
  }
}
