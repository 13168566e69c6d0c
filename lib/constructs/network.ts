import { RemovalPolicy, Stack } from 'aws-cdk-lib';
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
   * An existing VPC. It must have NAT, or endpoints for S3 and DynamoDB, for Secrets Manager where Kafka needs a
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
   * The names of the zones of a VPC that is created, two or more. They and their order are fixed for the life of brokers
   * and domain. In us-east-1, MSK accepts no broker in the zone with the id use1-az3.
   *
   * @default the first two that the stack knows; without its account and region, those that CloudFormation names, which may
   * be others at a later update
   */
  readonly zones?: readonly string[];
  /**
   * The way by which pollers reach AWS in a VPC that is created: interface endpoints, or NAT gateways. Functions have no
   * route to the internet in either case, unless the brokers are on the internet.
   *
   * @default 'endpoints'
   */
  readonly egress?: 'endpoints' | 'nat';
  /**
   * The zones with a network interface of each interface endpoint, each of which is billed. With `one` it is the first zone:
   * the private names of the services resolve to that interface in every zone, and if the zone fails, pollers read nothing
   * until it is back, and pages wait. Records stay on Kafka.
   *
   * @default 'every'
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html `PrivateDnsEnabled`: the default
   *   name of the service resolves, for the VPC, to the addresses of the endpoint's network interfaces
   * @see https://docs.aws.amazon.com/whitepapers/latest/aws-privatelink/creating-highly-available-endpoint-services.html the
   *   address of such an interface is reachable in and across zones
   */
  readonly endpointZones?: 'one' | 'every';
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
  /** The security group of the domain; `undefined` for a deployment without a warehouse. */
  readonly domain: ISecurityGroup | undefined;
  readonly stages: SecurityGroup;

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
    if (props.vpc === undefined) this.#addEndpoints(props);
  }

  /** Returns the placement of a function in the VPC, with its security groups. */
  placementOf(...groups: readonly [ISecurityGroup, ...ISecurityGroup[]]): NetworkPlacement {
    return { vpc: this.vpc, vpcSubnets: this.functionSubnets, securityGroups: [...groups] };
  }

  #make({ zones = this.#zonesOfStack(), egress, logRetention = RetentionDays.ONE_MONTH }: NetworkProps): Vpc {
    const isolated: SubnetConfiguration = { name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 };
    const outward: SubnetConfiguration[] = [
      { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      { name: 'data', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
    ];
    const logGroup = new LogGroup(this, 'FlowLogs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    return new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.87.0.0/16'),
      availabilityZones: [...zones],
      natGateways: egress === 'nat' ? zones.length : 0,
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

  #zonesOfStack(): string[] {
    return Stack.of(this).availabilityZones.slice(0, 2);
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

  #addEndpoints(props: NetworkProps): void {
    const { egress, polling, readsSecrets = false, brokersBeyond, endpointZones } = props;
    const everySubnet = this.vpc.selectSubnets({ subnetGroupName: 'functions' }).subnets;
    const subnets = endpointZones === 'one' ? everySubnet.slice(0, 1) : everySubnet;
    const group = securityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Interface endpoints of AWS services',
    });
    const pollersNeedThem = egress !== 'nat' && polling !== 'provisioned';
    const services = {
      ...(readsSecrets && {
        SecretsManager: [
          InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
          [this.stages, ...(pollersNeedThem ? [this.brokers] : [])],
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
        subnets: { subnets },
        securityGroups: [group],
        open: false,
      });
    }
  }
}

function check({ vpc, subnets, zones, egress, brokersBeyond }: NetworkProps): void {
  if (vpc !== undefined && zones !== undefined) throw new Error('zones are those of the given vpc; leave them out');
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

/**
 * Checks that functions of a network reach an existing domain.
 * @throws {Error} at synth, if the network has no security group for a domain: no rule lets functions connect to it then
 */
export function checkReachesDomain({ domain }: Network): void {
  if (domain !== undefined) return;
  throw new Error(
    "network: it was created with domain: 'none'; give it the security group of the existing domain as domain",
  );
}
