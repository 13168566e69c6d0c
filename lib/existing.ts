import { Annotations } from 'aws-cdk-lib';
import { type IPeer, type ISecurityGroup, type IVpc, Peer, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from '../settings/deployment.ts';
import { existingUsers, type PageUsers } from './constructs/users.ts';
import { existingWarehouse, type WarehouseAccess } from './constructs/warehouse.ts';
import type { KafkaBrokers, MskCluster, OffbeatProps } from './offbeat-props.ts';

/*
 * Existing resources that `offbeat.yaml` names. Each is imported by its id or ARN alone, so that a synth needs neither
 * credentials nor an account. `scope` is the first stack that uses the resource.
 */

export function vpcOf(scope: Construct, { vpc }: DeploymentSettings): { readonly vpc?: IVpc } {
  if (vpc === undefined) return {};
  const { id, zones, subnets } = vpc;
  const attributes = { vpcId: id, availabilityZones: zones, isolatedSubnetIds: subnets };
  const imported = Vpc.fromVpcAttributes(scope, 'Vpc', attributes);
  Annotations.of(imported).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'no route is created in it');
  return { vpc: imported };
}

export function groupOf(scope: Construct, id: string, groupId: string | undefined): ISecurityGroup | undefined {
  return groupId === undefined ? undefined : SecurityGroup.fromSecurityGroupId(scope, id, groupId);
}

export const peerOf = (shipper: string): IPeer =>
  shipper.startsWith('sg-') ? Peer.securityGroupId(shipper) : Peer.ipv4(shipper);

export function kafkaOf(scope: Construct, { kafka }: DeploymentSettings): MskCluster | KafkaBrokers | undefined {
  if (kafka === undefined) return undefined;
  const { login } = kafka;
  const secret = kafka.secret === undefined ? undefined : secretOf(scope, kafka.secret, kafka.secretKey);
  if ('cluster' in kafka) {
    const { cluster, replicationFactor } = kafka;
    return { clusterArn: cluster, ...(secret && { secret }), ...(replicationFactor && { replicationFactor }) };
  }
  const { brokers, replicationFactor } = kafka;
  if (secret === undefined || login === 'iam' || login === 'none') return { brokers, replicationFactor };
  return { brokers, replicationFactor, login: { sasl: login as 'plain', secret } };
}

function secretOf(scope: Construct, secretCompleteArn: string, keyArn: string | undefined): ISecret {
  const encryptionKey = keyArn === undefined ? {} : { encryptionKey: Key.fromKeyArn(scope, 'KafkaSecretKey', keyArn) };
  return Secret.fromSecretAttributes(scope, 'KafkaSecret', { secretCompleteArn, ...encryptionKey });
}

/** Returns the warehouse that the settings name, or none; `undefined` where a domain is to be created. */
export function warehouseOf(
  scope: Construct,
  { warehouse, domain }: DeploymentSettings,
): WarehouseAccess | 'none' | undefined {
  if (warehouse === 'none') return warehouse;
  if (domain === undefined) return undefined;
  const { endpoint, arn, setUpRole } = domain;
  return existingWarehouse({ endpoint, arn, setUpRole: Role.fromRoleArn(scope, 'SetUpRole', setUpRole) });
}

/** Returns the key, which two constructs of the same stack may use. */
export function keyOf(scope: Construct, { key }: DeploymentSettings): Pick<OffbeatProps, 'key'> {
  if (key === undefined) return {};
  const imported = scope.node.tryFindChild('Key') as IKey | undefined;
  return { key: imported ?? Key.fromKeyArn(scope, 'Key', key) };
}

/** Returns the user pool that the settings name, or none; `undefined` where one is to be created. */
export function usersOf(scope: Construct, { page }: DeploymentSettings): PageUsers | 'none' | undefined {
  if (page === 'none') return page;
  if (page === 'cognito') return undefined;
  const { userPool, ...others } = page;
  return existingUsers(scope, 'UserPool', { userPoolId: userPool, ...others });
}

export function topicOf(scope: Construct, id: string, arn: string | undefined): ITopic | undefined {
  return arn === undefined ? undefined : Topic.fromTopicArn(scope, id, arn);
}

export function analystsOf(scope: Construct, { analysts }: DeploymentSettings) {
  return analysts.map((arn, nth) => Role.fromRoleArn(scope, `Analysts${nth}`, arn, { mutable: false }));
}
