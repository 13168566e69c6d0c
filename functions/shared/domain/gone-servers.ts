import type { ComponentKind, InventoryItem } from './inventory.ts';

/** The wholes that count their servers, and the measurement with the number, by the kind of the servers. */
const wholes: Readonly<Partial<Record<ComponentKind, { readonly kind: ComponentKind; readonly count: string }>>> = {
  chunkserver: { kind: 'storage', count: 'moosefs.master.chunkservers.count' },
  broker: { kind: 'kafka', count: 'kafka.cluster.brokers.count' },
  'msk-broker': { kind: 'msk', count: 'msk.cluster.brokers.count' },
  'search-node': { kind: 'opensearch', count: 'elasticsearch.cluster.nodes.count' },
};

type Item = Pick<InventoryItem, 'kind' | 'status' | 'measurements'>;

/**
 * Returns the components of a cluster without the servers that are gone: they are unknown, and every whole of their kind is `ok` and all
 * together count no more servers than are known. So a node that was replaced is no fault; one that crashed is missed by its whole.
 */
export function withoutGone<Component extends Item>(components: readonly Component[]): readonly Component[] {
  const gone = new Set(
    Object.entries(wholes).flatMap(([kind, { kind: ofWhole, count }]) => {
      const unknown = components.filter((one) => one.kind === kind && one.status === 'unknown');
      const known = components.filter((one) => one.kind === kind && one.status !== 'unknown');
      const counting = components.filter((one) => one.kind === ofWhole);
      const counted = counting.reduce((sum, { measurements }) => sum + (measurements[count] ?? Number.NaN), 0);
      const isMissed =
        counting.length === 0 || counting.some(({ status }) => status !== 'ok') || !(counted <= known.length);
      return isMissed ? [] : unknown;
    }),
  );
  return gone.size === 0 ? components : components.filter((one) => !gone.has(one));
}
