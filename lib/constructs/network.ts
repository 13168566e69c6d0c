import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IPeer,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { portOf } from '../../settings/deployment.ts';

export interface NetworkProps {
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
   * The security group of an existing domain. A rule for functions is added to it.
   *
   * @default a security group is created
   */
  readonly domain?: ISecurityGroup;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
}

/** A place in a VPC, as Lambda's configuration names it. */
export interface NetworkPlacement {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** The ports of MSK brokers: for log-in by IAM, and by SCRAM. */
const mskPorts = [9098, 9096];
const shipperPort = 9096;
const https = Port.tcp(443);

/**
 * The VPC of brokers, functions and domain, and the security groups that decide which of them may connect. All security
 * groups are created here, so that no stack refers to one that is deployed after it.
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

    this.brokers = props.brokers ?? this.#group('Brokers', 'Kafka brokers, and the pollers that read from them');
    this.domain = props.domain ?? this.#group('Domain', 'The OpenSearch domain');
    this.stages = this.#group('Stages', 'Functions that connect to Kafka and OpenSearch');
    this.publish = this.#group('Publish', 'The function that publishes alerts to SNS');
    for (const port of props.brokerPorts ?? mskPorts) {
      if (props.brokers === undefined) letIn(this.brokers, this.brokers, port, 'pollers');
      letIn(this.brokers, this.stages, port, 'functions append');
      letIn(this.brokers, this.publish, port, 'publish appends dead letters');
    }
    for (const shipper of props.shippers ?? []) {
      this.brokers.addIngressRule(shipper, Port.tcp(shipperPort), 'shippers of beats');
    }
    letIn(this.domain, this.stages, 443, 'functions write and search');
    this.#letOut(props);
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

  #group(id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  #letOut({ brokersBeyond = [], brokers }: NetworkProps): void {
    // Gateway endpoints of S3 and DynamoDB have addresses, and no security group that a rule could name.
    for (const group of [this.stages, this.publish, ...(brokers === undefined ? [this.brokers] : [])]) {
      group.addEgressRule(Peer.anyIpv4(), https, 'AWS by gateway and interface endpoints');
    }
    for (const port of new Set(brokersBeyond.map(portOf))) {
      for (const group of [this.stages, this.publish, this.brokers]) {
        group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Kafka brokers outside the VPC');
      }
    }
  }

  #addEndpoints({ egress, polling, readsSecrets = false, brokersBeyond }: NetworkProps): void {
    const group = this.#group('Endpoints', 'Interface endpoints of AWS services');
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

function letIn(to: ISecurityGroup, from: ISecurityGroup, port: number, why: string): void {
  to.addIngressRule(from, Port.tcp(port), why);
  from.addEgressRule(to, Port.tcp(port), why);
}
