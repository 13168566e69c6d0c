import { emptiesBuckets, typeOf } from './resource-types.ts';
import { type DeletionPolicy, dependentsOf, type ResourceDeclaration, type StackTemplate } from './template.ts';

/** The result of the deletion of resources of one stack. */
export interface Removal {
  readonly deleted: readonly ResourceDeclaration[];
  /** The resources that exist on purpose, and leave their stack. */
  readonly kept: readonly ResourceDeclaration[];
  /** The resources that could not be deleted. */
  readonly left: ReadonlySet<string>;
  readonly refusals: readonly string[];
}

export interface RemovalRules {
  readonly policyOf: (resource: ResourceDeclaration) => DeletionPolicy;
  /** Returns whether a bucket contains an object. */
  readonly isWritten: (id: string) => boolean;
  /** Returns a resource beyond those that are deleted now that uses one of them, as `STACK/ID`. */
  readonly usedBy?: (id: string) => string | undefined;
  /** The resources whose deletion fails, each as `STACK/ID`. */
  readonly undeletable?: ReadonlySet<string>;
}

/**
 * Deletes resources in the reverse order of their creation. Whatever a resource that stays depends on stays too, unless it
 * stays on purpose: CloudFormation then tries to delete what it uses, and the service may refuse.
 */
export function remove(template: StackTemplate, doomed: readonly ResourceDeclaration[], rules: RemovalRules): Removal {
  const emptied = new Set<string>();
  const left = new Set<string>();
  const refusals: string[] = [];
  const [deleted, kept]: [ResourceDeclaration[], ResourceDeclaration[]] = [[], []];
  const userOf = ({ id }: ResourceDeclaration): string | undefined => {
    const user = [...kept, ...doomed.filter((each) => left.has(each.id))].find(({ refersTo }) => refersTo.has(id));
    return user === undefined ? rules.usedBy?.(id) : `${template.name}/${user.id}`;
  };
  const refusalOf = (resource: ResourceDeclaration): string | undefined => {
    if (rules.undeletable?.has(`${template.name}/${resource.id}`)) return 'its deletion failed';
    const isWritten = rules.isWritten(resource.id) && !emptied.has(resource.id);
    return typeOf(resource).refusesDeletion?.(resource, { isWritten, user: userOf(resource) });
  };
  for (const resource of doomed.toReversed()) {
    const refusal = rules.policyOf(resource) === 'Delete' ? refusalOf(resource) : undefined;
    if (rules.policyOf(resource) !== 'Delete') {
      kept.push(resource);
    } else if (refusal !== undefined || (left.size > 0 && !dependentsOf(template, resource.id).isDisjointFrom(left))) {
      left.add(resource.id);
      if (refusal !== undefined) refusals.push(`${template.name}/${resource.id} cannot be deleted: ${refusal}`);
    } else {
      deleted.push(resource);
      if (resource.type === emptiesBuckets) for (const bucket of resource.dependsOn) emptied.add(bucket);
    }
  }
  return { deleted, kept, left, refusals };
}
