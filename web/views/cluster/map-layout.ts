import type { MapNode, Tier } from './graph.ts';

/** A node with its place. Pixels of the drawing. */
export interface PlacedNode {
  readonly node: MapNode;
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly path: string;
  readonly isLost: boolean;
  readonly sinceMs: number;
  /** The middle of the edge. */
  readonly x: number;
  readonly y: number;
  readonly key: string;
}

export interface PlacedTier {
  readonly title: string;
  readonly y: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const nodeWidth = 244;
export const nodeHeight = 46;
export const mapWidth = 1088;
const rowHeight = 58;
const titleHeight = 26;
const tierGap = 28;

/** Returns the places of all nodes and edges, and the height of the drawing. */
export function layoutMap(tiers: readonly Tier[]): { readonly tiers: readonly PlacedTier[]; readonly height: number } {
  let y = 0;
  const placed = tiers.map((tier): PlacedTier => {
    const own = placeTier(tier, y);
    const rows = Math.max(...tier.layers.map((layer) => layer.length));
    y += titleHeight + rows * rowHeight + tierGap;
    return own;
  });
  return { tiers: placed, height: Math.max(0, y - tierGap) };
}

function placeTier({ title, layers, edges }: Tier, y: number): PlacedTier {
  const rows = Math.max(...layers.map((layer) => layer.length));
  const apart = layers.length === 1 ? 0 : Math.min(400, (mapWidth - 2 - nodeWidth) / (layers.length - 1));
  const nodes = layers.flatMap((layer, column) => {
    const top = y + titleHeight + ((rows - layer.length) * rowHeight) / 2;
    return layer.map((node, row): PlacedNode => ({ node, x: column * apart, y: top + row * rowHeight }));
  });
  const places = new Map(nodes.map((placed) => [placed.node.key, placed]));
  return {
    title,
    y,
    nodes,
    edges: edges.map(({ from, to }) => placeEdge(places.get(from)!, places.get(to)!)),
  };
}

/** An edge is lost where one of its ends is down. */
function placeEdge(from: PlacedNode, to: PlacedNode): PlacedEdge {
  const [x0, y0] = [from.x + nodeWidth, from.y + nodeHeight / 2];
  const [x1, y1] = [to.x - 2, to.y + nodeHeight / 2];
  const bend = (x1 - x0) / 2;
  const down = [from.node, to.node].find(({ status }) => status === 'down');
  return {
    path: `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`,
    isLost: down !== undefined,
    sinceMs: down?.sinceMs ?? 0,
    x: (x0 + x1) / 2,
    y: (y0 + y1) / 2,
    key: `${from.node.key} → ${to.node.key}`,
  };
}

/** The most characters of the two texts in a node. */
export const titleCharacters = 27;
export const lineCharacters = 34;

/** Returns a text as it fits into a node. */
export const fitting = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
