import type { StatusWord } from '../../api/types.ts';
import { kindTitle } from '../../format/names.ts';
import { type ClusterComponent, lineOf, worstStatus } from './components.ts';

/** A node of the map: one component, or several of a kind that are ok. */
export interface MapNode {
  readonly key: string;
  readonly title: string;
  readonly line: string;
  readonly status: StatusWord;
  readonly sinceMs: number;
  readonly components: readonly ClusterComponent[];
}

/** An edge from a node that needs another one. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
}

/** A part of the map: layers from left to right, each needing the next one. */
export interface Tier {
  readonly title: string;
  readonly layers: readonly (readonly MapNode[])[];
  readonly edges: readonly MapEdge[];
}

/** The tiers with the kinds of their layers. */
const tiers: readonly (readonly [title: string, layers: readonly (readonly string[])[]])[] = [
  ['Streaming', [['consumer-group'], ['topic'], ['kafka', 'msk'], ['broker', 'msk-broker']]],
  ['Storage', [['storage'], ['chunkserver'], ['disk']]],
  ['Search', [['opensearch'], ['search-node']]],
  ['Offbeat', [['offbeat'], ['stage']]],
];

/** The most nodes of a layer that are shown one by one; of more, those that are ok are one. */
const nodesMax = 6;

/** Returns the map of the components of one cluster. Layers without nodes are left out. */
export function tiersOf(components: readonly ClusterComponent[]): Tier[] {
  return tiers.flatMap(([title, kinds]) => {
    const layers = kinds
      .map((own) => nodesOf(components.filter(({ kind }) => own.includes(kind))))
      .filter((layer) => layer.length > 0);
    return layers.length === 0 ? [] : [{ title, layers, edges: edgesOf(layers) }];
  });
}

function nodesOf(components: readonly ClusterComponent[]): MapNode[] {
  const disks = components.filter(({ kind }) => kind === 'disk');
  const single = components.filter(({ kind }) => kind !== 'disk');
  const byServer = [...Map.groupBy(disks, ({ entity }) => entity.name)].map(([name, own]) =>
    groupNode(`Disks of ${name}`, own),
  );
  const nodes = [...single.map(oneNode), ...byServer];
  if (nodes.length <= nodesMax) return nodes;
  const faulty = nodes.filter(({ status }) => status !== 'ok').slice(0, nodesMax - 1);
  const others = nodes.filter((node) => !faulty.includes(node));
  const rest = others.flatMap((node) => node.components);
  return [...faulty, groupNode(`${rest.length} ${kindTitle(rest[0]!.kind).toLowerCase()}`, rest)];
}

const oneNode = (component: ClusterComponent): MapNode => ({
  key: component.key,
  title: component.title,
  line: lineOf(component),
  status: component.status,
  sinceMs: component.sinceMs,
  components: [component],
});

function groupNode(title: string, components: readonly ClusterComponent[]): MapNode {
  const status = worstStatus(components);
  const faulty = components.filter((component) => component.status === status);
  const line =
    status === 'ok'
      ? components.length === 1
        ? lineOf(components[0]!)
        : `${components.length}, all ok`
      : faulty.length === 1
        ? lineOf(faulty[0]!)
        : `${faulty.length} of ${components.length} ${status}`;
  return { key: title, title, line, status, sinceMs: Math.max(...faulty.map(({ sinceMs }) => sinceMs)), components };
}

function edgesOf(layers: readonly (readonly MapNode[])[]): MapEdge[] {
  return layers
    .slice(1)
    .flatMap((to, nth) =>
      layers[nth]!.flatMap((needing) =>
        to.filter((needed) => isNeeded(needing, needed)).map((needed) => ({ from: needing.key, to: needed.key })),
      ),
    );
}

/** Returns whether any component of one node needs one of the other: by the facts and dimensions of the newest documents. */
function isNeeded(needing: MapNode, needed: MapNode): boolean {
  return needing.components.some((from) => needed.components.some((to) => needs(from, to)));
}

function needs(from: ClusterComponent, to: ClusterComponent): boolean {
  if (from.entity.cluster !== to.entity.cluster) return false;
  const pair = `${from.kind} ${to.kind}`;
  if (pair === 'consumer-group topic') return from.items.some(({ dimensions }) => dimensions.topic === to.entity.name);
  if (pair === 'chunkserver disk') return from.entity.name === to.entity.name;
  if (pair === 'storage chunkserver')
    return to.address === '' || to.address === from.entity.name || to.address === from.address;
  if (pair === 'topic broker') {
    const brokers = from.items.flatMap(({ facts }) => facts?.['kafka.broker.address'] ?? []);
    return brokers.length === 0 || brokers.includes(to.entity.name);
  }
  return true;
}
