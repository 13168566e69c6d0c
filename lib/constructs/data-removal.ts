import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

/**
 * The fate of data when its stack is deleted. A plain `RETAIN` is not one of the values: CloudFormation would also keep
 * what a failed first create made, which is then billed, belongs to no stack, and is not used by the next try.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
export type DataRemoval = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE | RemovalPolicy.DESTROY;

/** Keeps data once the create that made it has succeeded. */
export const dataRemovalDefault: DataRemoval = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** The metadata of a resource that is kept. */
const keptMetadata = 'offbeat:kept';

/**
 * Applies the policy of data to resources. A kept one gets metadata that say so: CloudFormation does not promise to
 * recognise a change of deletion policies alone as an update, and a change of metadata it does, so that a deployment with
 * another policy is enough before the stacks are destroyed.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
export function applyDataRemoval(policy: DataRemoval, ...data: readonly IConstruct[]): void {
  for (const resource of data.map(resourceOf)) {
    resource?.applyRemovalPolicy(policy);
    if (policy !== RemovalPolicy.DESTROY) resource?.addMetadata(keptMetadata, 'data');
  }
}

/** A place in a VPC, as brokers or search nodes have it. */
export interface DataPlace {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

/**
 * Keeps the place of kept data, unless the place existed before: EC2 deletes no subnet, security group or VPC in which a
 * network interface is left, so that the deletion of their stack would fail. All three cost nothing.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 */
export function keepPlace(policy: DataRemoval, { vpc, subnets, securityGroup }: DataPlace): void {
  // Others that keep their data may be in the same place.
  if (policy === RemovalPolicy.DESTROY) return;
  for (const resource of [vpc, ...subnets, securityGroup].map(resourceOf)) {
    resource?.applyRemovalPolicy(policy);
    resource?.addMetadata(keptMetadata, 'place of data');
  }
}

/** Returns the resource of a construct; `undefined` if the construct is about an existing one. */
function resourceOf(construct: IConstruct): CfnResource | undefined {
  // CDK's subnet names its resource "Subnet".
  const resource = CfnResource.isCfnResource(construct)
    ? construct
    : (construct.node.defaultChild ?? construct.node.tryFindChild('Subnet'));
  return CfnResource.isCfnResource(resource) ? resource : undefined;
}
