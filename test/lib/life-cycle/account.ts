import { type Removal, remove } from './removal.ts';
import { fixedName } from './resource-types.ts';
import { dependentsOf, type ResourceDeclaration, type StackTemplate, usesOf } from './template.ts';

/*
 * An interpreter of the life of stacks, without AWS: what CloudFormation and the CDK command line leave in an account when a
 * deployment succeeds, fails at one resource, is tried again, updated or destroyed. Always the worst case: every resource
 * that does not depend on the one that fails was created, and the one that fails exists too.
 *
 * Sources:
 * - DeletionPolicy and UpdateReplacePolicy in CloudFormation's template reference. `RetainExceptOnCreate` deletes a resource
 *   if "the stack operation that created the resource is rolled back", and retains it in "all other stack operations, such
 *   as stack deletion": also in the deletion of a stack whose roll-back failed.
 * - aws-cdk 2.1148.1 (`isCreationFailure`, `updateTerminationProtection`): it begins by deleting a stack that is
 *   ROLLBACK_COMPLETE or ROLLBACK_FAILED, and sets termination protection before it executes a change set.
 * - The services that refuse to delete what is in use: `resource-types.ts`.
 */

/** The status of a stack, as the end of the one that CloudFormation shows. */
type Status = 'complete' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED' | 'DELETE_FAILED';

interface StackState {
  readonly template: StackTemplate;
  readonly status: Status;
  /** A number of its own for each stack that was ever created, also for a second one of the same name. */
  readonly created: number;
  /** The resources that exist and belong to the stack. */
  readonly existing: ReadonlySet<string>;
}

/** A resource that exists and belongs to no stack any more. */
export interface Orphan {
  readonly stack: string;
  readonly resource: ResourceDeclaration;
  /** The resources that it uses, each as {@link instanceOf} returns it. */
  readonly uses: ReadonlySet<string>;
}

export interface Account {
  readonly stacks: ReadonlyMap<string, StackState>;
  readonly orphans: readonly Orphan[];
  /** The buckets that contain an object, each as `STACK/ID`. */
  readonly written: ReadonlySet<string>;
  /** The number of stacks that were ever created. */
  readonly created: number;
}

export interface Outcome {
  readonly account: Account;
  /** The reason for which the command stopped; `undefined` if it succeeded. */
  readonly problem?: string;
  /** The resources that were deleted, each as `STACK/ID`. */
  readonly deleted: readonly string[];
}

/** Returns the buckets that are written to while only these resources exist. All are given as `STACK/ID`. */
export type Writes = (existing: ReadonlySet<string>) => ReadonlySet<string>;

export interface DeployOptions {
  readonly writes: Writes;
  /** The resource whose create fails. */
  readonly failing?: { readonly stack: string; readonly id: string };
  /** The resources that an update replaces, each as `STACK/ID`. */
  readonly replaced?: ReadonlySet<string>;
  /** The resources that a roll-back fails to delete, each as `STACK/ID`: a time-out, a denied action. */
  readonly undeletable?: ReadonlySet<string>;
}

export const emptyAccount: Account = { stacks: new Map(), orphans: [], written: new Set(), created: 0 };

/** Deploys the stacks in their order, as `cdk deploy --all` does: it creates, updates, and first deletes what failed before. */
export function deploy(account: Account, templates: readonly StackTemplate[], options: DeployOptions): Outcome {
  let outcome: Outcome = { account, deleted: [] };
  for (const template of templates) {
    const known = outcome.account.stacks.get(template.name);
    if (known?.status === 'DELETE_FAILED') {
      return then(outcome, (now) => stopped(now, `${template.name}: it is DELETE_FAILED, and cannot be updated`));
    }
    if (known !== undefined && known.status !== 'complete') outcome = then(outcome, (now) => deleteStack(now, known));
    outcome = then(outcome, (now) => deployStack(now, template, options));
    if (outcome.problem !== undefined) return outcome;
  }
  return outcome;
}

/** Deletes the stacks in the reverse order, as `cdk destroy --all` does. */
export function destroy(account: Account, templates: readonly StackTemplate[]): Outcome {
  return templates
    .toReversed()
    .flatMap(({ name }) => account.stacks.get(name) ?? [])
    .reduce<Outcome>((outcome, state) => then(outcome, (now) => deleteStack(now, state)), { account, deleted: [] });
}

/** Returns all that exists though no complete stack has it, each as `STACK/ID`. */
export function remnants({ stacks, orphans }: Account): readonly string[] {
  const unfinished = [...stacks.values()].filter(({ status }) => status !== 'complete');
  return [
    ...orphans.map(({ stack, resource }) => `${stack}/${resource.id}`),
    ...unfinished.flatMap(({ template, existing }) => [...existing].map((id) => `${template.name}/${id}`)),
  ];
}

function then({ account, problem, deleted }: Outcome, next: (account: Account) => Outcome): Outcome {
  if (problem !== undefined) return { account, problem, deleted };
  const outcome = next(account);
  return { ...outcome, deleted: [...deleted, ...outcome.deleted] };
}

function deployStack(account: Account, template: StackTemplate, options: DeployOptions): Outcome {
  const exported = [...account.stacks.values()].flatMap(({ template: { exports } }) => [...exports.keys()]);
  const missing = template.imports.difference(new Set(exported));
  if (missing.size > 0) return stopped(account, `${template.name}: nothing exports ${[...missing].join(', ')}`);
  const before = account.stacks.get(template.name);
  const isNew = ({ id }: ResourceDeclaration): boolean =>
    !before?.existing.has(id) || (options.replaced?.has(`${template.name}/${id}`) ?? false);
  const created = [...template.resources.values()].filter(isNew);
  const taken = takenNames(account);
  const isTaken = (resource: ResourceDeclaration): boolean => taken.has(fixedName(resource) ?? '');
  const clash = created.find(isTaken);
  const given = options.failing?.stack === template.name ? options.failing.id : undefined;
  const failing = clash?.id ?? given;
  const why = clash === undefined ? 'failed' : `the name is taken: ${fixedName(clash)}`;
  // A service that refuses a name has created nothing; what fails for another reason may exist.
  const begun = created.filter((resource) => !isTaken(resource));
  if (failing !== undefined) return rollBack(account, template, { begun, failing, why, options });
  return complete(account, template, created, options);
}

interface FailedCreate {
  /** The resources that were created, unless they depend on the one that failed. */
  readonly begun: readonly ResourceDeclaration[];
  readonly failing: string;
  readonly why: string;
  readonly options: DeployOptions;
}

/** Deletes what a create or an update had created. The rest of the stack is as it was. */
function rollBack(account: Account, template: StackTemplate, failed: FailedCreate): Outcome {
  const { failing, why, options } = failed;
  const { name } = template;
  const before = account.stacks.get(name);
  const never = dependentsOf(template, failing);
  const begun = failed.begun.filter(({ id }) => !never.has(id));
  // In an update these run as the new template has them.
  const running = [...template.resources.keys()].filter((id) => id !== failing && !never.has(id));
  const written = writtenBy(account, options, { name, running, created: begun });
  const removal = remove(template, begun, {
    isWritten: (id) => written.has(`${name}/${id}`),
    policyOf: ({ deletionPolicy }) => (deletionPolicy === 'Retain' ? 'Retain' : 'Delete'),
    ...(options.undeletable && { undeletable: options.undeletable }),
  });
  const problem = [`${name}/${failing}: ${why}`, ...removal.refusals].join('; ');
  const status = removal.left.size > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE';
  const created = before?.created ?? account.created;
  const state = before ?? { template, status, created, existing: removal.left };
  // After an update, what could not be deleted belongs to no stack: the stack has the former resource.
  const lost = before === undefined ? [] : begun.filter(({ id }) => removal.left.has(id));
  const after = {
    ...account,
    created: Math.max(account.created, created + 1),
    ...(before === undefined && { written }),
  };
  return result(after, state, { removal, kept: [...removal.kept, ...lost], problem });
}

function complete(
  account: Account,
  template: StackTemplate,
  createdNow: readonly ResourceDeclaration[],
  options: DeployOptions,
): Outcome {
  const { name } = template;
  const before = account.stacks.get(name);
  const isCreated = new Set(createdNow.map(({ id }) => id));
  const former = before === undefined ? [] : [...before.template.resources.values()];
  // Last of all CloudFormation deletes what the update replaced, and what the template does not name any more.
  const outdated = former.filter(({ id }) => isCreated.has(id) || !template.resources.has(id));
  const removal = remove(before?.template ?? template, outdated, {
    isWritten: (id) => account.written.has(`${name}/${id}`),
    policyOf: ({ id, deletionPolicy, updateReplacePolicy }) =>
      template.resources.has(id) ? updateReplacePolicy : deletionPolicy,
  });
  const existing = new Set(template.resources.keys());
  const created = before?.created ?? account.created;
  const written = writtenBy(account, options, { name, running: [...existing], created: createdNow });
  const after = { ...account, written, created: Math.max(account.created, created + 1) };
  const kept = [...removal.kept, ...outdated.filter(({ id }) => removal.left.has(id))];
  return result(after, { template, status: 'complete', created, existing }, { removal, kept });
}

function deleteStack(account: Account, state: StackState): Outcome {
  const { template, existing } = state;
  const { name, exports } = template;
  if (template.isProtected) return stopped(account, `${name}: the stack has termination protection`);
  const others = [...account.stacks.values()].filter(
    (each) => each.template.name !== name && each.status === 'complete',
  );
  const importer = others.find(({ template: { imports } }) => [...exports.keys()].some((key) => imports.has(key)));
  if (importer !== undefined) return stopped(account, `${name}: ${importer.template.name} imports its outputs`);
  const all = [...template.resources.values()].filter(({ id }) => existing.has(id));
  const removal = remove(template, all, {
    isWritten: (id) => account.written.has(`${name}/${id}`),
    policyOf: ({ deletionPolicy }) => deletionPolicy,
    usedBy: (id) => {
      const user = account.orphans.find(({ uses }) => uses.has(instanceOf(state, id)));
      return user && `${user.stack}/${user.resource.id}`;
    },
  });
  if (removal.refusals.length > 0) {
    const failed: StackState = { ...state, status: 'DELETE_FAILED', existing: removal.left };
    return result(account, failed, { removal, kept: removal.kept, problem: removal.refusals.join('; ') });
  }
  const { account: after, deleted } = result(account, state, { removal, kept: removal.kept });
  const stacks = new Map(after.stacks);
  stacks.delete(name);
  return { account: { ...after, stacks }, deleted };
}

/** Returns the buckets that contain an object once these resources of a stack exist, beside all other complete stacks. */
function writtenBy(
  { stacks, written }: Account,
  { writes }: DeployOptions,
  { name, running, created }: Running,
): ReadonlySet<string> {
  const others = [...stacks.values()].filter(({ template, status }) => template.name !== name && status === 'complete');
  const existing = others.flatMap((each) => namesOf(each.template, [...each.existing]));
  const fresh = new Set(created.map(({ id }) => `${name}/${id}`));
  return written.difference(fresh).union(writes(new Set([...existing, ...running.map((id) => `${name}/${id}`)])));
}

interface Running {
  readonly name: string;
  readonly running: readonly string[];
  /** The resources of the stack that are new, and were empty when they were created. */
  readonly created: readonly ResourceDeclaration[];
}

function takenNames({ stacks, orphans }: Account): ReadonlySet<string> {
  const owned = [...stacks.values()].flatMap(({ template, existing }) =>
    [...existing].flatMap((id) => template.resources.get(id) ?? []),
  );
  return new Set([...owned, ...orphans.map(({ resource }) => resource)].flatMap((each) => fixedName(each) ?? []));
}

/** Returns a name of a resource that no resource of another stack has, also of a later stack with the same name. */
const instanceOf = ({ template, created }: Pick<StackState, 'template' | 'created'>, id: string): string =>
  `${template.name}#${created}/${id}`;

interface Removed {
  readonly removal: Removal;
  /** The resources that exist, and belong to no stack from now on. */
  readonly kept: readonly ResourceDeclaration[];
  readonly problem?: string;
}

function result(account: Account, state: StackState, { removal, kept, problem }: Removed): Outcome {
  const { name } = state.template;
  const stacks = new Map([...account.stacks, [name, state]]);
  const templates = [...stacks.values()].map(({ template }) => template);
  const orphanOf = (resource: ResourceDeclaration): Orphan => {
    const used = [...usesOf(resource, state.template, templates)];
    const uses = new Set(used.map(([stack, id]) => instanceOf(stacks.get(stack)!, id)));
    return { stack: name, resource, uses };
  };
  return {
    account: { ...account, stacks, orphans: [...account.orphans, ...kept.map(orphanOf)] },
    ...(problem !== undefined && { problem }),
    deleted: namesOf(
      state.template,
      removal.deleted.map(({ id }) => id),
    ),
  };
}

const stopped = (account: Account, problem: string): Outcome => ({ account, problem, deleted: [] });
const namesOf = ({ name }: StackTemplate, ids: readonly string[]): string[] => ids.map((id) => `${name}/${id}`);
