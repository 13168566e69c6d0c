import { Capacity, scopedPath } from './capacity.ts';
import type { Group, GroupIdentity } from './series-group.ts';

/** The capacity of one entity, and the groups that use it. */
class EntityCapacity extends Capacity {
  /**
   * The groups, or the only one: most entities of a flood have one, and a set for each would need as much memory as a
   * series.
   */
  groups: Group | Set<Group>;

  constructor(max: number, group: Group) {
    super(max);
    this.groups = group;
  }
}

/** The capacities of all entities of a partition. */
export class EntityCapacities {
  readonly #max: number;
  readonly #capacities = new Map<string, EntityCapacity>();

  /** @param max the most series of one entity */
  constructor(max: number) {
    this.#max = max;
  }

  /** @returns `undefined` if the entity has no group */
  find(identity: GroupIdentity): Capacity | undefined {
    return this.#capacities.get(scopedPath(identity));
  }

  /** Returns the groups of an entity. Their order is not kept when state is stored, so no result may depend on it. */
  groupsOf(identity: GroupIdentity): Iterable<Group> {
    const groups = this.#capacities.get(scopedPath(identity))?.groups ?? [];
    return 'key' in groups ? [groups] : groups;
  }

  /** Returns the entities with their groups. Neither order is kept when state is stored. */
  all(): [string, readonly Group[]][] {
    return [...this.#capacities].map(([path, { groups }]) => [path, 'key' in groups ? [groups] : [...groups]]);
  }

  add(group: Group): void {
    const path = scopedPath(group.identity);
    const known = this.#capacities.get(path);
    if (known === undefined) this.#capacities.set(path, new EntityCapacity(this.#max, group));
    else if ('key' in known.groups) known.groups = new Set([known.groups, group]);
    else known.groups.add(group);
  }

  /** Removes a group, and with the last group of an entity its capacity. */
  remove(group: Group): void {
    const path = scopedPath(group.identity);
    const known = this.#capacities.get(path);
    if (known === undefined) return;
    if (known.groups instanceof Set) known.groups.delete(group);
    const isLast = known.groups === group || (known.groups instanceof Set && known.groups.size === 0);
    if (isLast) this.#capacities.delete(path);
  }
}
