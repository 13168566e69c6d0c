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
   * One that is there. Its owner sees to endpoints for S3, DynamoDB and SNS, for Secrets Manager where Kafka takes a
   * password, and, for on-demand polling, for Lambda and STS; or to NAT.
   *
   * @default one is made
   */
  readonly vpc?: IVpc;
  /**
   * Private ones of `vpc`, a zone each.
   *
   * @default its isolated or private subnets
   */
  readonly subnets?: SubnetSelection;
  /**
   * Zones of a VPC that is made, 2 or 3.
   *
   * @default 2
   */
  readonly zones?: 2 | 3;
  /**
   * How pollers reach AWS in a VPC that is made: by interface endpoints, or by NAT gateways. Functions have no way to
   * the internet in either case, unless the brokers are there.
   *
   * @default 'endpoints'
   */
  readonly egress?: 'endpoints' | 'nat';
  /**
   * Of the event source mappings; provisioned pollers need neither endpoints nor NAT.
   *
   * @default 'on-demand'
   */
  readonly polling?: 'on-demand' | 'provisioned';
  /**
   * Whether functions log in to Kafka with a secret.
   *
   * @default false
   */
  readonly readsSecrets?: boolean;
  /**
   * `host:port` of brokers that are reached over the internet, which takes NAT.
   *
   * @default none: the brokers are in the VPC
   */
  readonly brokersBeyond?: readonly string[];
  /**
   * What brokers in the VPC listen on.
   *
   * @default MSK's, for IAM and SCRAM
   */
  readonly brokerPorts?: readonly number[];
  /**
   * Of brokers that are there, which functions are let in to. That pollers come from it too is its owner's business.
   *
   * @default one is made
   */
  readonly brokers?: ISecurityGroup;
  /**
   * Who ships beats to brokers that are made: addresses (`10.0.0.0/16`) or security groups. They log in by SCRAM.
   *
   * @default nobody is let in
   */
  readonly shippers?: readonly IPeer[];
  /**
   * Of a domain that is there, which functions are let in to.
   *
   * @default one is made
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

/** Brokers of MSK: by IAM, and by SCRAM. */
const mskPorts = [9098, 9096];
const shipperPort = 9096;
const https = Port.tcp(443);

/**
 * Where everything is that talks to brokers and to the domain, and who may talk to whom. All security groups are made
 * here, so that no stack has to know a later one's.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** Of brokers, of the domain and, with `egress: 'nat'`, of pollers. */
  readonly dataSubnets: SubnetSelection;
  /** Of functions: without a way to the internet. */
  readonly functionSubnets: SubnetSelection;
  readonly brokers: ISecurityGroup;
  readonly domain: ISecurityGroup;
  readonly stages: SecurityGroup;
  readonly publish: SecurityGroup;

  /** @throws {Error} at synth, if subnets are given without their VPC, or brokers beyond a VPC that has no way there */
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
    this.stages = this.#group('Stages', 'Functions that talk to Kafka and OpenSearch');
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
      // By number, as a stack without a fixed region has to: CDK itself would name two of them only.
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

  /** Trusts flow logs of this account and region alone; the role that CDK would make trusts those of anybody's. */
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
    // S3 and DynamoDB are reached through gateways, which have addresses and no security group.
    for (const group of [this.stages, this.publish, ...(brokers === undefined ? [this.brokers] : [])]) {
      group.addEgressRule(Peer.anyIpv4(), https, 'AWS by gateway and interface endpoints');
    }
    for (const port of new Set(brokersBeyond.map(portOf))) {
      for (const group of [this.stages, this.publish, this.brokers]) {
        group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Kafka brokers beyond the VPC');
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
    // With brokers beyond the VPC there is NAT for all of it.
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
  if (subnets !== undefined && vpc === undefined) throw new Error('subnets are given without the vpc that they are of');
  if (vpc !== undefined && egress === 'nat')
    throw new Error('egress: nat makes gateways in a VPC of its own; leave it out with a vpc');
  if (brokersBeyond !== undefined && vpc === undefined && egress !== 'nat') {
    throw new Error(`brokers beyond the VPC (${brokersBeyond.join(', ')}) are reached by NAT; set egress: nat`);
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
