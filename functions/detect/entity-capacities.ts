import { Capacity, scopedPath } from './capacity.ts';
import type { Group, GroupIdentity } from './group.ts';

/** The room of one entity and the groups that take it. */
class EntityRoom extends Capacity {
  /** Most entities of a flood have one group: a set for each would take as much as a series. */
  groups: Group | Set<Group>;

  constructor(max: number, group: Group) {
    super(max);
    this.groups = group;
  }
}

/** The room of each entity, and the groups that take it. */
export class EntityCapacities {
  readonly #max: number;
  readonly #rooms = new Map<string, EntityRoom>();

  /** @param max series of one entity */
  constructor(max: number) {
    this.#max = max;
  }

  /** @returns `undefined` if the entity has no group */
  find(identity: GroupIdentity): Capacity | undefined {
    return this.#rooms.get(scopedPath(identity));
  }

  /** The groups of an entity, in no order that a state keeps when it is stored. */
  groupsOf(identity: GroupIdentity): Iterable<Group> {
    const groups = this.#rooms.get(scopedPath(identity))?.groups ?? [];
    return 'key' in groups ? [groups] : groups;
  }

  add(group: Group): void {
    const path = scopedPath(group.identity);
    const known = this.#rooms.get(path);
    if (known === undefined) this.#rooms.set(path, new EntityRoom(this.#max, group));
    else if ('key' in known.groups) known.groups = new Set([known.groups, group]);
    else known.groups.add(group);
  }

  /** Removes a group, and the room of its entity with the last one. */
  remove(group: Group): void {
    const path = scopedPath(group.identity);
    const known = this.#rooms.get(path);
    if (known === undefined) return;
    if (known.groups instanceof Set) known.groups.delete(group);
    if (known.groups === group || (known.groups instanceof Set && known.groups.size === 0)) this.#rooms.delete(path);
  }
}
