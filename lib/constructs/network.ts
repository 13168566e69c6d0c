import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  Port,
  type SecurityGroup,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createSecurityGroups, type SecurityGroupsProps, securityGroup } from './security-groups.ts';

export interface NetworkProps extends SecurityGroupsProps {
  /**
   * An existing VPC. It must have NAT, or endpoints for S3, DynamoDB and SNS, for Secrets Manager where Kafka needs a
   * password, and for Lambda and STS where polling is on demand.
   *
   * @default a VPC is created
   */
  readonly vpc?: IVpc;
  /**
   * The private subnets of `vpc`, one for each zone.
   *
   * @default the isolated subnets of the VPC, or its private ones
   */
  readonly subnets?: SubnetSelection;
  /**
   * The number of zones of a VPC that is created, 2 or 3.
   *
   * @default 2
   */
  readonly zones?: 2 | 3;
  /**
   * The way by which pollers reach AWS in a VPC that is created: interface endpoints, or NAT gateways. Functions have no
   * route to the internet in either case, unless the brokers are on the internet.
   *
   * @default 'endpoints'
   */
  readonly egress?: 'endpoints' | 'nat';
  /**
   * The polling of the event source mappings. Provisioned pollers need neither endpoints nor NAT.
   *
   * @default 'on-demand'
   */
  readonly polling?: 'on-demand' | 'provisioned';
  /**
   * Adds an endpoint for Secrets Manager: functions log in to Kafka with a secret.
   *
   * @default false
   */
  readonly readsSecrets?: boolean;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
}

/** A place in a VPC, as Lambda's configuration names it. */
export interface NetworkPlacement {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

const https = Port.tcp(443);

/**
 * The VPC of brokers, functions and domain, with all security groups (`security-groups.ts`): they are created here, so
 * that no stack refers to one that is deployed after it.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** The subnets of brokers, of the domain and, with `egress: 'nat'`, of pollers. */
  readonly dataSubnets: SubnetSelection;
  /** The subnets of functions, without a route to the internet. */
  readonly functionSubnets: SubnetSelection;
  readonly brokers: ISecurityGroup;
  readonly domain: ISecurityGroup;
  readonly stages: SecurityGroup;
  readonly publish: SecurityGroup;

  /** @throws {Error} at synth, if subnets are given without their VPC, or brokers outside a VPC that has no route to them */
  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    check(props);
    this.vpc = props.vpc ?? (this.#make(props) as IVpc);
    const isNat = props.egress === 'nat';
    const given = props.subnets ?? ownPrivate(this.vpc);
    this.dataSubnets = props.vpc === undefined ? { subnetGroupName: isNat ? 'data' : 'functions' } : given;
    this.functionSubnets =
      props.vpc === undefined && props.brokersBeyond === undefined
        ? { subnetGroupName: 'functions' }
        : this.dataSubnets;

    const groups = createSecurityGroups(this, this.vpc, props);
    this.brokers = groups.brokers;
    this.domain = groups.domain;
    this.stages = groups.stages;
    this.publish = groups.publish;
    if (props.vpc === undefined) this.#addEndpoints(props);
  }

  /** Returns the placement of a function in the VPC, with `group` as its security group. */
  placementOf(group: ISecurityGroup): NetworkPlacement {
    return { vpc: this.vpc, vpcSubnets: this.functionSubnets, securityGroups: [group] };
  }

  #make({ zones = 2, egress, logRetention = RetentionDays.ONE_MONTH }: NetworkProps): Vpc {
    const isolated: SubnetConfiguration = { name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 };
    const outward: SubnetConfiguration[] = [
      { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      { name: 'data', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
    ];
    const logGroup = new LogGroup(this, 'FlowLogs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    return new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.87.0.0/16'),
      // By number, because the stack has no fixed region: CDK itself would name only two zones.
      availabilityZones: Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs())),
      natGateways: egress === 'nat' ? zones : 0,
      subnetConfiguration: egress === 'nat' ? [...outward, isolated] : [isolated],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      flowLogs: {
        Rejected: {
          destination: FlowLogDestination.toCloudWatchLogs(logGroup, this.#flowLogRole()),
          trafficType: FlowLogTrafficType.REJECT,
        },
      },
    });
  }

  /** Creates a role that trusts flow logs of this account and region alone; CDK's own role would trust those of every account. */
  #flowLogRole(): Role {
    const { account } = Stack.of(this);
    const flowLogs = Stack.of(this).formatArn({ service: 'ec2', resource: 'vpc-flow-log', resourceName: '*' });
    return new Role(this, 'FlowLogRole', {
      description: 'Offbeat: writes the flow logs of the VPC',
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': flowLogs } },
      }),
    });
  }

  #addEndpoints({ egress, polling, readsSecrets = false, brokersBeyond }: NetworkProps): void {
    const group = securityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Interface endpoints of AWS services',
    });
    const pollersNeedThem = egress !== 'nat' && polling !== 'provisioned';
    const services = {
      Sns: [InterfaceVpcEndpointAwsService.SNS, [this.publish]],
      ...(readsSecrets && {
        SecretsManager: [
          InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
          [this.stages, this.publish, ...(pollersNeedThem ? [this.brokers] : [])],
        ],
      }),
      ...(pollersNeedThem && {
        Lambda: [InterfaceVpcEndpointAwsService.LAMBDA, [this.brokers]],
        Sts: [InterfaceVpcEndpointAwsService.STS, [this.brokers]],
      }),
    } satisfies Record<string, [InterfaceVpcEndpointAwsService, ISecurityGroup[]]>;
    // Brokers outside the VPC need NAT, which then carries the requests to AWS too.
    if (brokersBeyond !== undefined) return;
    for (const [id, [service, clients]] of Object.entries(services)) {
      for (const client of clients) group.addIngressRule(client, https, id);
      this.vpc.addInterfaceEndpoint(id, {
        service,
        subnets: { subnetGroupName: 'functions' },
        securityGroups: [group],
        open: false,
      });
    }
  }
}

function check({ vpc, subnets, egress, brokersBeyond }: NetworkProps): void {
  if (subnets !== undefined && vpc === undefined) throw new Error('subnets are given without their vpc');
  if (vpc !== undefined && egress === 'nat')
    throw new Error('egress: nat creates gateways in a VPC that is created here; leave it out with a vpc');
  if (brokersBeyond !== undefined && vpc === undefined && egress !== 'nat') {
    throw new Error(`brokers outside the VPC (${brokersBeyond.join(', ')}) are reached by NAT; set egress: nat`);
  }
}

function ownPrivate(vpc: IVpc): SubnetSelection {
  return vpc.isolatedSubnets.length > 0
    ? { subnetType: SubnetType.PRIVATE_ISOLATED }
    : { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
}
