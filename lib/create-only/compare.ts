import { changedKeys } from './changed-keys.ts';
import { refusedReaders } from './consumer-groups.ts';
import { isLoss, kept } from './kept.ts';
import { createOnly, mappingType } from './properties.ts';
import { type RecordedResources, referencesIn } from './record.ts';
import type { Named, RefusedChange } from './refused-change.ts';
import { type Pair, refusedUpdates } from './updates.ts';

/**
 * Compares the resources of a deployment with the recorded ones. New resources, and changes that AWS makes in place, are
 * no refused changes.
 * @returns the refused changes, in the order of the record
 */
export function refusedChanges(recorded: RecordedResources, current: RecordedResources): RefusedChange[] {
  return Object.entries(recorded).flatMap(([id, before]): RefusedChange[] => {
    const after = Object.hasOwn(current, id) ? current[id] : undefined;
    const { type } = before;
    if (type === mappingType) return refusedReaders(id, before, current);
    if (after?.type !== type) return [{ id, type, kind: 'gone' }];
    const pair = { id, before, after };
    return [...replacements({ ...pair, current }), ...losses(pair), ...refusedUpdates(pair)];
  });
}

function replacements({ id, before, after, current }: Pair & { readonly current: RecordedResources }): RefusedChange[] {
  const { type } = before;
  return changedKeys(before.properties, after.properties).map((property) => ({
    ...{ id, type, kind: 'replaced', property },
    before: before.properties[property],
    after: after.properties[property],
    isConditional: createOnly[type]?.conditional.includes(property) ?? false,
    alsoReplaced: dependentsOf(id, current),
  }));
}

/** Returns the resources that are replaced with one, directly or through others. */
function dependentsOf(replaced: string, current: RecordedResources): Named[] {
  const found = new Set([replaced]);
  // A set grows while it is iterated, and the iteration reaches what was added.
  for (const id of found) {
    for (const [other, { properties }] of Object.entries(current)) {
      if (Object.values(properties).flatMap(referencesIn).includes(id)) found.add(other);
    }
  }
  found.delete(replaced);
  return [...found].map((id) => ({ id, type: current[id]!.type }));
}

/** Returns the changes in place that lose something. A record from before a property was recorded says nothing about it. */
function losses({ id, before, after }: Pair): RefusedChange[] {
  const { type } = before;
  return (kept[type] ?? []).flatMap((each): RefusedChange[] => {
    const { property, loss, remedy } = each;
    const [from, to] = [before.kept?.[property], after.kept?.[property]];
    if (!isLoss(each, from, to)) return [];
    return [{ id, type, kind: 'lossy', property, before: from, after: to, loss, remedy }];
  });
}
