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
 * What the alert stage knows of one partition: time and counts, a block for each cluster in its scope, and a block for
 * each tick under which anomalies wait.
 */
export class AlertState {
  /** Time of each scope, over detect partitions. */
  readonly clocks: AlignedClocks;
  readonly #held = new Held();
  readonly #counts: Map<Counted, number>;
  readonly #clusters = new Map<string, ClusterState>();
  /** Block name to what is stored of it. */
  readonly #stored = new Map<string, string>();
  readonly #touched = new Set<string>();

  /**
   * @param blocks as stored; none of a partition never seen
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

  /** How often each reason for changing nothing came up, since the partition began. */
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

  /** The cluster as it is known in a scope, to be read or changed; an empty one if it is not. */
  cluster(scope: string, name: string): ClusterState {
    const block = `cluster/${scope}/${name}`;
    const known = this.#clusters.get(block) ?? newCluster(scope, name);
    this.#clusters.set(block, known);
    this.#touched.add(block);
    return known;
  }

  /** All of a scope, to be read or changed, in the order of their names. */
  clustersOf(scope: string): ClusterState[] {
    const names = [...this.#clusters.values()].filter((cluster) => cluster.scope === scope).map(({ name }) => name);
    return names.sort().map((name) => this.cluster(scope, name));
  }

  /** Silences of all clusters. */
  get silenceCount(): number {
    return [...this.#clusters.values()].reduce((sum, { silences }) => sum + silences.size, 0);
  }

  /** Lets an anomaly wait under a tick. */
  hold(scope: string, tickMs: number, reported: Reported): void {
    this.#held.add(scope, tickMs, reported);
    this.#touched.add(Held.blockOf(scope, tickMs));
  }

  get heldCount(): number {
    return this.#held.count;
  }

  /** Takes out what waits in a scope under ticks before `untilMs`, in the order in which it is to be applied. */
  takeHeldBefore(scope: string, untilMs: number): HeldTick[] {
    return this.#held.takeBefore(scope, untilMs).map((tick) => this.#released(tick));
  }

  /** Takes out the oldest tick under which anything waits. */
  takeOldestHeld(): HeldTick | undefined {
    const oldest = this.#held.takeOldest();
    return oldest === undefined ? undefined : this.#released(oldest);
  }

  #released(tick: HeldTick): HeldTick {
    this.#touched.add(Held.blockOf(tick.scope, tick.tickMs));
    return tick;
  }

  /** A scope that is over: nothing of it is known any more. */
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

  /** @returns `null` for a cluster that is not worth a block, which is thereby forgotten */
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
