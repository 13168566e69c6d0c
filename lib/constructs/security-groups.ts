import { type IPeer, type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { portOf } from '../../settings/existing-resources.ts';

/** The peers of the security groups. */
export interface SecurityGroupsProps {
  /**
   * Addresses, as `host:port`, of brokers outside the VPC. They are reached over the internet, which needs NAT.
   *
   * @default none: the brokers are in the VPC
   */
  readonly brokersBeyond?: readonly string[];
  /**
   * The ports of brokers in the VPC.
   *
   * @default 9098 and 9096, which MSK uses for IAM and SCRAM
   */
  readonly brokerPorts?: readonly number[];
  /**
   * The security group of existing brokers. A rule for functions is added to it. Pollers use the group itself: its owner
   * allows traffic within the group.
   *
   * @default a security group is created
   */
  readonly brokers?: ISecurityGroup;
  /**
   * The shippers of beats to brokers that are created: ranges of addresses (`10.0.0.0/16`) or security groups. Shippers log
   * in by SCRAM.
   *
   * @default none
   */
  readonly shippers?: readonly IPeer[];
  /**
   * The security group of an existing domain, to which a rule for functions is added; `none` for a deployment without a
   * warehouse.
   *
   * @default a security group is created
   */
  readonly domain?: ISecurityGroup | 'none';
}

/** The security groups that decide which parts of a deployment may connect. */
export interface SecurityGroups {
  /** The brokers of MSK, or other brokers in the VPC, and the pollers that read from them. */
  readonly brokers: ISecurityGroup;
  /** The OpenSearch domain; `undefined` without a warehouse. */
  readonly domain: ISecurityGroup | undefined;
  /** The functions that connect to Kafka and OpenSearch. */
  readonly stages: SecurityGroup;
}

/** The ports of MSK brokers: for log-in by IAM, and by SCRAM. */
const mskPorts = [9098, 9096];
const shipperPort = 9096;
const https = Port.tcp(443);

/** Creates the security groups of a VPC, except those that exist, and the rules between them. */
export function createSecurityGroups(scope: Construct, vpc: IVpc, props: SecurityGroupsProps): SecurityGroups {
  const group = (id: string, description: string) => securityGroup(scope, id, { vpc, description });
  const groups: SecurityGroups = {
    brokers: props.brokers ?? group('Brokers', 'Kafka brokers, and the pollers that read from them'),
    domain: props.domain === 'none' ? undefined : (props.domain ?? group('Domain', 'The OpenSearch domain')),
    stages: group('Stages', 'Functions that connect to Kafka and OpenSearch'),
  };
  allowInside(groups, props);
  allowOutside(groups, props);
  return groups;
}

/** Creates a security group without rules. */
export function securityGroup(
  scope: Construct,
  id: string,
  { vpc, description }: { readonly vpc: IVpc; readonly description: string },
): SecurityGroup {
  return new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
}

function allowInside({ brokers, domain, stages }: SecurityGroups, props: SecurityGroupsProps): void {
  for (const port of props.brokerPorts ?? mskPorts) {
    if (props.brokers === undefined) allow(brokers, brokers, port, 'pollers');
    allow(brokers, stages, port, 'functions append');
  }
  for (const shipper of props.shippers ?? []) {
    brokers.addIngressRule(shipper, Port.tcp(shipperPort), 'shippers of beats');
  }
  if (domain !== undefined) allow(domain, stages, 443, 'functions write and search');
}

function allowOutside({ brokers, stages }: SecurityGroups, props: SecurityGroupsProps): void {
  // Gateway endpoints of S3 and DynamoDB have addresses, and no security group that a rule could name.
  for (const group of [stages, ...(props.brokers === undefined ? [brokers] : [])]) {
    group.addEgressRule(Peer.anyIpv4(), https, 'AWS by gateway and interface endpoints');
  }
  for (const port of new Set(props.brokersBeyond?.map(portOf))) {
    for (const group of [stages, brokers]) {
      group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Kafka brokers outside the VPC');
    }
  }
}

function allow(to: ISecurityGroup, from: ISecurityGroup, port: number, why: string): void {
  to.addIngressRule(from, Port.tcp(port), why);
  from.addEgressRule(to, Port.tcp(port), why);
}
