import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';

/*
 * What cdk-nag's AwsSolutions finds and is as it should be, said beside what it is about: whoever runs it over an app
 * with Offbeat in it reads the reason instead. docs/security.md lists them all.
 */

/** CDK lets whoever may invoke a function invoke its versions and aliases too. */
export const invokeReason = 'versions and aliases of one function; there are none';

/** @param finding as cdk-nag names it, without the pack: `S1`, `IAM5[Resource::*]` */
export function accept(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** Resources with a wildcard in the policy of a role. Their findings are named by what the template says of them. */
export function acceptWildcards(grantee: IGrantable, resources: readonly string[], reason: string): void {
  const role = grantee.grantPrincipal;
  if (!Construct.isConstruct(role)) return;
  // Nothing is wrong: it is only then that references between stacks are what the template has.
  const validate = () => {
    for (const resource of resources) {
      accept(role, `IAM5[Resource::${flat(Stack.of(role).resolve(resource))}]`, reason);
    }
    return [];
  };
  role.node.addValidation({ validate });
}

/** As cdk-nag writes a resource down. */
function flat(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const given = resolved as Record<string, unknown>;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported, Ref: name } = given;
  if (join !== undefined) {
    const [delimiter, parts] = join as [string, unknown[]];
    return parts.map(flat).join(delimiter);
  }
  if (imported !== undefined) return flat(imported);
  if (attribute !== undefined) return `<${(attribute as string[]).join('.')}>`;
  return name === undefined ? JSON.stringify(resolved) : `<${name}>`;
}
