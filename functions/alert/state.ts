import type { Blocks } from '../shared/runner/step.ts';
import { type Cluster, isEmpty, newCluster } from './cluster.ts';
import { type Common, type Counted, decodeCluster, decodeCommon, encodeCluster, encodeCommon } from './codec.ts';
import { ScopeClocks } from './time.ts';

const commonBlock = 'common';
const clusterBlock = /^cluster\//;

/** What the alert stage knows of one partition: time and counts, and a block for each cluster in its scope. */
export class AlertState {
  readonly clocks: ScopeClocks;
  readonly #counts: Map<Counted, number>;
  readonly #clusters = new Map<string, Cluster>();
  /** Block name to what is stored of it. */
  readonly #stored = new Map<string, string>();
  readonly #touched = new Set<string>();

  /**
   * @param blocks as stored; none of a partition never seen
   * @throws {PartitionStoppedError} if they are damaged or of a newer version
   */
  constructor(blocks: Blocks) {
    for (const [name, bytes] of blocks) {
      if (name !== commonBlock && !clusterBlock.test(name)) continue;
      const text = Buffer.from(bytes).toString();
      this.#stored.set(name, text);
      if (name !== commonBlock) this.#clusters.set(name, decodeCluster(text, name));
    }
    const { clocks, counts } = decodeCommon(this.#stored.get(commonBlock), commonBlock);
    this.clocks = new ScopeClocks(clocks);
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
  cluster(scope: string, name: string): Cluster {
    const block = `cluster/${scope}/${name}`;
    const known = this.#clusters.get(block) ?? newCluster(scope, name);
    this.#clusters.set(block, known);
    this.#touched.add(block);
    return known;
  }

  /** All of a scope, to be read or changed, in the order of their names. */
  clustersOf(scope: string): Cluster[] {
    const names = [...this.#clusters.values()].filter((cluster) => cluster.scope === scope).map(({ name }) => name);
    return names.sort().map((name) => this.cluster(scope, name));
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
