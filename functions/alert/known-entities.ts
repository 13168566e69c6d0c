import type { DeclaredEdge, EntityRecord } from '../shared/domain/edge.ts';
import type { EntityKind } from '../shared/domain/entity.ts';
import { Graph, type Place } from './graph.ts';

/** An entity whose place is known, and the stage time at which it was last reported. */
export interface KnownEntity extends Place {
  readonly seenMs: number;
}

/** The most bytes of the entities of a cluster, as they are stored. Those that were reported first are forgotten first. */
export const entitiesBytesMax = 4_000_000;

/**
 * The entities of a cluster whose places were reported within 24 hours, and the edges that the settings declare. The graph
 * is made when it is first asked for after a change.
 */
export class KnownEntities {
  /** Means that the entities are not stored as they are. */
  isChanged = false;
  readonly #known = new Map<string, KnownEntity>();
  readonly #countOf = new Map<EntityKind, number>();
  #declared: readonly DeclaredEdge[] = [];
  #bytes = 0;
  #graph: Graph | undefined;

  get size(): number {
    return this.#known.size + this.#declared.length;
  }

  get graph(): Graph {
    this.#graph ??= new Graph(this.#known.values(), this.#declared);
    return this.#graph;
  }

  /** The entities, in the order in which they were last reported. */
  get all(): readonly KnownEntity[] {
    return [...this.#known.values()];
  }

  get declared(): readonly DeclaredEdge[] {
    return this.#declared;
  }

  /** Returns the number of known entities of a kind. */
  countOf(kind: EntityKind): number {
    return this.#countOf.get(kind) ?? 0;
  }

  /** Notes what a record says of an entity. @param atMs stage time, ms */
  note({ entity: { kind, name }, addresses, edges }: Omit<EntityRecord, 'scope' | 'updatedAtMs'>, atMs: number): void {
    const path = `${kind}/${name}`;
    const before = this.#known.get(path);
    const place = { kind, name, addresses, edges };
    if (before === undefined || contentOf(before) !== contentOf(place)) this.#graph = undefined;
    if (before !== undefined) this.#forget(path, before);
    this.#restore({ ...place, seenMs: Math.max(atMs, before?.seenMs ?? 0) });
    this.isChanged = true;
    for (const [oldest, entity] of this.#known) {
      if (this.#bytes <= entitiesBytesMax) break;
      this.#forget(oldest, entity);
      this.#graph = undefined;
    }
  }

  /** Replaces the declared edges. @param declared those of this cluster */
  declare(declared: readonly DeclaredEdge[]): void {
    if (JSON.stringify(declared) === JSON.stringify(this.#declared)) return;
    this.#declared = declared;
    this.#graph = undefined;
    this.isChanged = true;
  }

  /** Forgets the entities that were last reported before a stage time, ms. */
  forgetBefore(ms: number): void {
    for (const [path, entity] of this.#known) {
      if (entity.seenMs >= ms) return;
      this.#forget(path, entity);
      this.#graph = undefined;
      this.isChanged = true;
    }
  }

  /** Caps every time at a stage time, ms; see `set-right.ts`. */
  capAt(ms: number): void {
    for (const [path, entity] of this.#known) {
      if (entity.seenMs <= ms) continue;
      this.#known.set(path, { ...entity, seenMs: ms });
      this.isChanged = true;
    }
  }

  /** Adds what was stored. */
  restore(entities: readonly KnownEntity[], declared: readonly DeclaredEdge[]): void {
    for (const entity of entities) this.#restore(entity);
    this.#declared = declared;
  }

  clear(): void {
    this.isChanged ||= this.size > 0;
    this.#known.clear();
    this.#countOf.clear();
    this.#declared = [];
    this.#bytes = 0;
    this.#graph = undefined;
  }

  #restore(entity: KnownEntity): void {
    this.#known.set(`${entity.kind}/${entity.name}`, entity);
    this.#countOf.set(entity.kind, this.countOf(entity.kind) + 1);
    this.#bytes += bytesOf(entity);
  }

  #forget(path: string, entity: KnownEntity): void {
    this.#known.delete(path);
    this.#countOf.set(entity.kind, this.countOf(entity.kind) - 1);
    this.#bytes -= bytesOf(entity);
  }
}

const contentOf = ({ addresses, edges }: Place): string => JSON.stringify([addresses, edges]);

/** Returns the bytes of an entity as it is stored; its time counts as 13 digits. */
const bytesOf = (entity: KnownEntity): number => Buffer.byteLength(JSON.stringify({ ...entity, seenMs: 1e12 })) + 1;
