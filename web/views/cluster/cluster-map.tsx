import './map.css';
import type { JSX } from 'preact';
import { machineHref } from '../../format/links.ts';
import { clockText } from '../../format/moment.ts';
import { navigate } from '../../frame/address.ts';
import { zone } from '../../frame/where.ts';
import { Glyph, glyphOf } from '../../parts/glyph.tsx';
import type { MapNode, Tier } from './graph.ts';
import {
  fitting,
  layoutMap,
  lineCharacters,
  mapWidth,
  nodeHeight,
  nodeWidth,
  type PlacedEdge,
  type PlacedNode,
  titleCharacters,
} from './map-layout.ts';

const toneOf: Readonly<Record<string, string>> = { ok: 'ok', degraded: 'warn', down: 'down', unknown: 'unk' };

/** Shows what needs what, as a drawing, and on a phone as a list. */
export function ClusterMap({ tiers }: { readonly tiers: readonly Tier[] }): JSX.Element {
  const { tiers: placed, height } = layoutMap(tiers);
  return (
    <div class="map">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset */}
      <svg class="big-map" viewBox={`-1 0 ${mapWidth} ${height + 2}`} role="group" aria-label="Map of the cluster">
        <Arrows />
        {placed.map(({ title, y, nodes, edges }, nth) => (
          <g key={title}>
            {nth > 0 && <path class="rule" d={`M0 ${y - 13.5}H${mapWidth}`} />}
            <text class="tier" x={0} y={y + 14}>
              {title}
            </text>
            {edges.map((edge) => (
              <Edge key={edge.key} edge={edge} />
            ))}
            {nodes.map((each) => (
              <Node key={each.node.key} {...each} />
            ))}
          </g>
        ))}
      </svg>
      <MapList tiers={tiers} />
    </div>
  );
}

function Arrows(): JSX.Element {
  return (
    <defs>
      {[
        ['arrow', ''],
        ['arrow-lost', 'c'],
      ].map(([id, tone]) => (
        <marker key={id} id={id!} viewBox="0 0 8 8" refX={7} refY={4} markerWidth={7} markerHeight={7} orient="auto">
          <path class={`arh ${tone}`} d="M0 1 7 4 0 7" />
        </marker>
      ))}
    </defs>
  );
}

function Edge({ edge }: { readonly edge: PlacedEdge }): JSX.Element {
  const { path, isLost, sinceMs, x, y } = edge;
  return (
    <>
      <path class={isLost ? 'e lost' : 'e'} marker-end={`url(#${isLost ? 'arrow-lost' : 'arrow'})`} d={path} />
      {isLost && (
        <text class="el lostt" x={x} y={y - 6}>
          lost {clockText(sinceMs, zone.value)}
        </text>
      )}
    </>
  );
}

const hrefOf = (node: MapNode): string => machineHref(node.components[0]!.entity);

function Node({ node, x, y }: PlacedNode): JSX.Element {
  return (
    <a
      class={`nd ${toneOf[node.status]}`}
      href={hrefOf(node)}
      onClick={(event) => {
        // A link of its own window or tab stays one.
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        navigate(hrefOf(node));
      }}
    >
      <g transform={`translate(${x} ${y})`}>
        <rect width={nodeWidth} height={nodeHeight} rx={6} />
        <g transform="translate(12 15)">
          <Glyph name={glyphOf(node.status)} />
        </g>
        <text class="nn" x={38} y={20}>
          {`${fitting(node.title, titleCharacters)} `}
        </text>
        <text class="ns" x={38} y={36}>
          {fitting(node.line, lineCharacters)}
        </text>
      </g>
    </a>
  );
}

function MapList({ tiers }: { readonly tiers: readonly Tier[] }): JSX.Element {
  return (
    <section class="maplist" aria-label="Map as a list: a line leads to what is needed">
      {tiers.map((tier) => (
        <div key={tier.title}>
          <h3>{tier.title}</h3>
          <Branch tier={tier} nodes={rootsOf(tier)} isLost={false} />
        </div>
      ))}
    </section>
  );
}

/** Returns the nodes that nobody needs. */
function rootsOf({ layers, edges }: Tier): MapNode[] {
  const needed = new Set(edges.map(({ to }) => to));
  return layers.flat().filter(({ key }) => !needed.has(key));
}

const order = ['down', 'degraded', 'unknown', 'ok'];

function Branch({
  tier,
  nodes,
  isLost,
}: {
  readonly tier: Tier;
  readonly nodes: readonly MapNode[];
  readonly isLost: boolean;
}): JSX.Element | null {
  if (nodes.length === 0) return null;
  const all = tier.layers.flat();
  return (
    <ol>
      {nodes
        .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
        .map((node) => {
          const lost = isLost || node.status === 'down';
          const needed = tier.edges
            .filter(({ from }) => from === node.key)
            .flatMap(({ to }) => all.find(({ key }) => key === to) ?? []);
          return (
            <li key={node.key} class={lost ? 'lost' : undefined}>
              <a class="mn" href={hrefOf(node)}>
                <Glyph name={glyphOf(node.status)} />
                <b>
                  <bdi>{node.title}</bdi>
                </b>
                <em class={node.status === 'down' ? 'crit' : undefined}>
                  <bdi>{node.line}</bdi>
                </em>
              </a>
              <Branch tier={tier} nodes={needed} isLost={lost} />
            </li>
          );
        })}
    </ol>
  );
}
