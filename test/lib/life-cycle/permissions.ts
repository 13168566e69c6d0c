import type { Linked, LinkedResource } from './linked.ts';

/*
 * The permissions that templates give: who may write to which bucket, and who may invoke which function.
 */

/** A principal that a statement names: a role of the templates, or somebody else, such as a service. */
export type Principal = { readonly role: string } | { readonly outside: string };

export interface Permission {
  /** The resource that gives the permission, as `STACK/ID`: without it there is none. */
  readonly givenBy: string;
  readonly principal: Principal;
  /** The resources that the statement refers to, as `STACK/ID`; `undefined` if it allows all. */
  readonly on: ReadonlySet<string> | undefined;
}

/**
 * Actions after which a bucket contains an object. `s3:DeleteObject` is not one of them: it leaves a delete marker, but who
 * deletes objects here deletes those that it listed.
 */
export const writingActions = ['s3:PutObject', 's3:ReplicateObject', 's3:ReplicateDelete', 's3:RestoreObject'] as const;
export const invokingActions = ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'] as const;

/** AWS's own policies that allow neither: logs, network interfaces, traces. */
const harmless =
  /:iam::aws:policy\/(service-role\/AWSLambda(BasicExecutionRole|VPCAccessExecutionRole)|AWSXRayDaemonWriteAccess)$/;

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns every permission for one of the actions. A `Deny` and a condition are ignored: they only make permissions smaller.
 * @throws {Error} for what cannot be read: `NotAction`, `NotResource`, `NotPrincipal`, a managed policy that is not known
 */
export function permissionsFor(actions: readonly string[], linked: Linked): readonly Permission[] {
  return linked.resources.flatMap((resource) => {
    const { type, properties } = resource;
    const read = (document: unknown, principalsOf: (statement: Json) => readonly Principal[]) =>
      statementsOf(resource, document).flatMap((statement) =>
        allows(statement, actions)
          ? principalsOf(statement).map((principal) => ({
              ...{ givenBy: resource.path, principal },
              on: resourcesOf(statement, resource, linked),
            }))
          : [],
      );
    switch (type) {
      case 'AWS::IAM::Policy':
      case 'AWS::IAM::ManagedPolicy': {
        const roles = [...linked.uses(resource, properties.Roles)].map((role) => ({ role }));
        return read(properties.PolicyDocument, () => roles);
      }
      case 'AWS::IAM::Role': {
        checkManaged(resource);
        const inline = (properties.Policies ?? []) as readonly Json[];
        return inline.flatMap(({ PolicyDocument }) => read(PolicyDocument, () => [{ role: resource.path }]));
      }
      case 'AWS::S3::BucketPolicy':
        return read(properties.PolicyDocument, (statement) => principalsOf(statement, resource, linked));
      default:
        return [];
    }
  });
}

function statementsOf({ path }: LinkedResource, document: unknown): readonly Json[] {
  const { Statement = [] } = (document ?? {}) as { Statement?: Json | readonly Json[] };
  const allowing = ([Statement].flat() as Json[]).filter(({ Effect }) => Effect === 'Allow');
  const unread = allowing.flatMap((each) => ['NotAction', 'NotResource', 'NotPrincipal'].filter((key) => key in each));
  if (unread.length > 0) throw new Error(`${path}: ${unread.join(', ')} of an Allow cannot be interpreted`);
  return allowing;
}

const allows = ({ Action }: Json, actions: readonly string[]): boolean =>
  [Action].flat().some((pattern) => actions.some((action) => matcherOf(String(pattern)).test(action)));

const matcherOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );

/** Returns what a statement refers to. Without a reference a text may be any bucket. */
function resourcesOf({ Resource }: Json, of: LinkedResource, linked: Linked): ReadonlySet<string> | undefined {
  const named = [Resource ?? []].flat().map((each) => linked.uses(of, each));
  return named.some((each) => each.size === 0) ? undefined : new Set(named.flatMap((each) => [...each]));
}

function principalsOf({ Principal }: Json, of: LinkedResource, linked: Linked): readonly Principal[] {
  const roles = [...linked.uses(of, Principal)].filter((path) => linked.at(path)!.type === 'AWS::IAM::Role');
  return roles.length > 0 ? roles.map((role) => ({ role })) : [{ outside: JSON.stringify(Principal) }];
}

function checkManaged({ path, properties }: LinkedResource): void {
  const managed = ((properties.ManagedPolicyArns ?? []) as unknown[]).map((arn) => JSON.stringify(arn));
  const unknown = managed.filter((arn) => !harmless.test(arn.replace(/["\]}]+$/, '')));
  if (unknown.length > 0) throw new Error(`${path}: the policies ${unknown.join(', ')} cannot be interpreted`);
}
