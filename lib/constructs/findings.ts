import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';

/*
 * Findings of cdk-nag's AwsSolutions that are accepted, each with its reason beside the resource. Another app that
 * contains Offbeat and runs cdk-nag shows the reasons too. docs/security.md lists all of them.
 */

/** The reason for the wildcard with which CDK allows to invoke a function. */
export const invokeReason = 'the versions and aliases of one function, which has none';

/**
 * Accepts a finding of cdk-nag about a construct.
 * @param finding name of the finding without its pack: `S1`, `IAM5[Resource::*]`
 */
export function accept(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** Accepts resources with a wildcard in the policy of a role. The findings contain the resources as the template has them. */
export function acceptWildcards(grantee: IGrantable, resources: readonly string[], reason: string): void {
  const role = grantee.grantPrincipal;
  if (!Construct.isConstruct(role)) return;
  // Validation runs late enough: before it, references between stacks differ from those in the template.
  const validate = () => {
    for (const resource of resources) {
      accept(role, `IAM5[Resource::${flat(Stack.of(role).resolve(resource))}]`, reason);
    }
    return [];
  };
  role.node.addValidation({ validate });
}

/** Returns a resource in the notation of cdk-nag. */
function flat(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const {
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    'Fn::ImportValue': imported,
    Ref: name,
  } = resolved as Record<string, unknown>;
  if (typeof imported === 'string') return imported;
  if (join !== undefined) {
    const [delimiter, parts] = join as [string, unknown[]];
    return parts.map(flat).join(delimiter);
  }
  if (attribute !== undefined) return `<${(attribute as string[]).join('.')}>`;
  return name === undefined ? JSON.stringify(resolved) : `<${name}>`;
}
