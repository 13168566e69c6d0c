import { shortName } from '../shared/domain/address.ts';
import type { DeclaredEdge, Edge } from '../shared/domain/edge.ts';
import type { EntityKind } from '../shared/domain/entity.ts';
import { edgeLength } from './topology.ts';

/** The place of an entity of one cluster: what its newest record says. */
export interface Place {
  readonly kind: EntityKind;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly edges: readonly Edge[];
}

interface Step {
  readonly to: string;
  readonly length: number;
}

/** The most edges of an entity through which paths go: what has more is shared by all, and tells nothing. */
export const throughMax = 500;
/** The most entities that one search visits. */
const visitedMax = 5_000;
/** The longest path to something upstream. */
const upstreamMax = 4;

/**
 * The edges of one cluster, from the places of its entities and from the settings. Entities are named by `kind/name`.
 *
 * A host is meant by its name, by the first label of its name, and by each address that no other host reports too.
 */
export class Graph {
  readonly #near = new Map<string, Step[]>();
  readonly #upstream = new Map<string, Step[]>();
  readonly #hosts: ReadonlyMap<string, string | undefined>;

  /** @param declared edges of the settings, of this cluster only */
  constructor(places: Iterable<Place>, declared: readonly DeclaredEdge[]) {
    const all = [...places];
    this.#hosts = hostsByName(all);
    for (const { kind, name, edges } of all) {
      for (const { relation, to } of edges) {
        const target = this.#pathOf(to);
        if (target !== undefined) this.#connect(`${kind}/${name}`, target, edgeLength[relation]);
      }
    }
    for (const { from, to } of declared) this.#connect(inCluster(from), inCluster(to), edgeLength['depends on']);
  }

  /**
   * Returns the entities within a distance of one, with their distances; itself at 0.
   * @param lengthMax the longest path, as a sum of the lengths of its edges
   */
  within(path: string, lengthMax: number): ReadonlyMap<string, number> {
    return reached(this.#near, path, lengthMax);
  }

  /** Returns the entities upstream of one: those that it needs, directly or through others. */
  upstreamOf(path: string): ReadonlySet<string> {
    const found = new Set(reached(this.#upstream, path, upstreamMax).keys());
    found.delete(path);
    return found;
  }

  /** Returns the path of the entity that an edge names; `undefined` for an address that several hosts report. */
  #pathOf({ kind, name }: Edge['to']): string | undefined {
    const path = `${kind}/${name}`;
    return kind === 'host' && this.#hosts.has(name) ? this.#hosts.get(name) : path;
  }

  #connect(from: string, to: string, length: number): void {
    if (from === to) return;
    addStep(this.#near, from, { to, length });
    addStep(this.#near, to, { to: from, length });
    addStep(this.#upstream, from, { to, length });
  }
}

/** Returns `kind/name` of `cluster/kind/name`. */
const inCluster = (path: string): string => path.slice(path.indexOf('/') + 1);

function addStep(steps: Map<string, Step[]>, from: string, step: Step): void {
  const known = steps.get(from);
  if (known === undefined) steps.set(from, [step]);
  else known.push(step);
}

/** Returns the host that each name and address means; `undefined` for those that mean several. */
function hostsByName(places: readonly Place[]): ReadonlyMap<string, string | undefined> {
  const hosts = new Map<string, string | undefined>();
  const claim = (name: string | undefined, path: string): void => {
    if (name === undefined) return;
    hosts.set(name, hosts.has(name) && hosts.get(name) !== path ? undefined : path);
  };
  const named = places.filter(({ kind }) => kind === 'host');
  for (const { name, addresses } of named) {
    const path = `host/${name}`;
    for (const address of addresses) claim(address, path);
    claim(shortName(name), path);
  }
  for (const { name } of named) hosts.set(name, `host/${name}`);
  return hosts;
}

/** Returns what can be reached from an entity, the shortest paths first. */
function reached(steps: ReadonlyMap<string, readonly Step[]>, from: string, lengthMax: number): Map<string, number> {
  const found = new Map([[from, 0]]);
  let [edge, length] = [[from], 0];
  const later = new Map<number, string[]>();
  for (; length <= lengthMax; length += 1, edge = later.get(length) ?? []) {
    for (const at of edge) {
      if (found.get(at) !== length) continue;
      const next = steps.get(at) ?? [];
      if (at !== from && next.length > throughMax) continue;
      for (const { to, length: by } of next) {
        const total = length + by;
        if (total > lengthMax || (found.get(to) ?? Number.POSITIVE_INFINITY) <= total) continue;
        if (!found.has(to) && found.size >= visitedMax) continue;
        found.set(to, total);
        const ofTotal = later.get(total);
        if (ofTotal === undefined) later.set(total, [to]);
        else ofTotal.push(to);
      }
    }
  }
  return found;
}
