import { ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EbsDeviceVolumeType, type ISecurityGroup, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import {
  AccountRootPrincipal,
  type IGrantable,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, ResourcePolicy, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnDomain,
  Domain,
  EngineVersion,
  type LoggingOptions,
  TLSSecurityPolicy,
} from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import { isServerlessSearch, serverlessSearchRefused } from '../../settings/serverless.ts';
import { openSearchVersion } from '../search-version.ts';
import { applyDataRemoval, type DataRemoval, dataRemovalDefault, keepPlace } from './data-removal.ts';
import type { WatchedDomain } from './domain-alarms.ts';
import { accept, acceptWildcards } from './findings.ts';
import { functionRole } from './function.ts';
import type { Network } from './network.ts';
import { openSearchServiceRole } from './service-role.ts';

/** An OpenSearch domain as functions reach it: they sign requests with the credentials of their roles. */
export interface WarehouseAccess {
  /** The environment variables of functions, for `functions/shared/adapters/opensearch/connect.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly arn: string;
  /** The role that may define indices and roles in the domain. */
  readonly setUpRole: IRole;
  /** A flag: the deployment created the domain, and may set what concerns all of its users. */
  readonly isOwn: boolean;
  /** The domain as CloudWatch knows it; `undefined` for a domain without alarms here. */
  readonly watched?: WatchedDomain;
}

export interface WarehouseProps {
  readonly network: Network;
  /** @default 't3.small.search' */
  readonly instanceType?: string;
  /**
   * The number of data nodes: 1, or a multiple of the network's zones.
   *
   * @default 1
   */
  readonly dataNodes?: number;
  /**
   * The dedicated master nodes: their type, and as many as keep a quorum. A small domain needs none.
   *
   * @default none
   */
  readonly masters?: { readonly instanceType: string; readonly nodes: 3 };
  /**
   * The disk of each data node.
   *
   * @default 20
   */
  readonly volumeGiB?: number;
  /**
   * Encrypts the domain.
   *
   * @default the key that AWS manages for the service
   */
  readonly key?: IKey;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * The policy for the domain when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: DataRemoval;
}

/** An OpenSearch domain in the VPC. Each request needs a role that is mapped in the domain. */
export class Warehouse extends Construct implements WarehouseAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly arn: string;
  readonly setUpRole: IRole;
  readonly isOwn = true;
  readonly watched: WatchedDomain;

  /** @throws {Error} at synth, if the data nodes cannot be divided among the zones, or the network has no security group for a domain */
  constructor(scope: Construct, id: string, props: WarehouseProps) {
    super(scope, id);
    const { logRetention = RetentionDays.ONE_MONTH, volumeGiB = volumeGiBDefault } = props;
    const setUpRole = functionRole(this, 'SetUpRole', 'set-up-warehouse');
    // The role's name is a part of its ARN. CloudFormation fails to split an imported value, and can split an output.
    setUpRole.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.setUpRole = setUpRole;
    const logs = this.#logs(logRetention);
    const domain = this.#domain(props, logs.groups);
    // CDK orders the two for a policy of its own only. A domain that may not write its logs yet fails.
    domain.node.addDependency(logs.policy);
    // Without the role the service refuses a domain in a VPC. CloudFormation does not create it.
    const serviceRole = openSearchServiceRole(this, 'ServiceRole', { network: props.network, logRetention });
    domain.node.addDependency(serviceRole);
    // For others the order alone was not enough: the domain failed unless something delayed it after the policy
    // (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1769). Here the call of two functions is
    // between the two, with two minutes if the role is new. Only an account can show whether that is always enough.
    serviceRole.node.addDependency(logs.policy);
    allowAccount(domain);
    this.arn = domain.domainArn;
    const { instanceType = instanceTypeDefault, dataNodes = 1 } = props;
    this.watched = {
      domainName: domain.domainName,
      volumeGiB,
      copies: Math.min(dataNodes, 2),
      isBurstable: isBurstable(instanceType),
    };
    this.environment = signedTo(`https://${domain.domainEndpoint}`);
  }

  #domain(props: WarehouseProps, logging: LoggingOptions): Domain {
    const { network, instanceType = instanceTypeDefault, dataNodes = 1, masters, key } = props;
    const { volumeGiB = volumeGiBDefault, removalPolicy = dataRemovalDefault } = props;
    const securityGroup = groupOf(network);
    const subnets = subnetsOf(network, dataNodes);
    const zones = subnets.length;
    const domain = new Domain(this, 'Domain', {
      version: EngineVersion.openSearch(openSearchVersion),
      vpc: network.vpc,
      vpcSubnets: [{ subnets }],
      securityGroups: [securityGroup],
      capacity: {
        dataNodes,
        dataNodeInstanceType: instanceType,
        multiAzWithStandbyEnabled: false,
        ...(masters && { masterNodes: masters.nodes, masterNodeInstanceType: masters.instanceType }),
      },
      zoneAwareness: zones > 1 ? { enabled: true, availabilityZoneCount: zones } : { enabled: false },
      ebs: { volumeSize: volumeGiB, volumeType: EbsDeviceVolumeType.GP3 },
      encryptionAtRest: { enabled: true, ...(key && { kmsKey: key }) },
      nodeToNodeEncryption: true,
      enforceHttps: true,
      tlsSecurityPolicy: TLSSecurityPolicy.TLS_1_2_PFS,
      fineGrainedAccessControl: { masterUserArn: this.setUpRole.roleArn },
      logging,
      suppressLogsResourcePolicy: true,
      enableVersionUpgrade: true,
      enableAutoSoftwareUpdate: true,
      removalPolicy,
    });
    applyDataRemoval(removalPolicy, domain);
    keepPlace(removalPolicy, { vpc: network.vpc, subnets, securityGroup });
    accept(domain, 'OS3', 'in the VPC a security group limits who reaches it, and signed requests who may do what');
    if (masters === undefined) accept(domain, 'OS4', 'a small domain: its data nodes elect a master among themselves');
    if (zones === 1) accept(domain, 'OS7', 'one node: pages do not wait for the warehouse');
    return domain;
  }

  /**
   * Creates the log groups of the domain, and the policy by which the service writes to them for domains of this account and
   * region alone. The policy exists before the domain, whose name is not known yet.
   * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html
   */
  #logs(retention: RetentionDays) {
    const logGroup = (id: string) =>
      new LogGroup(this, `${id}Log`, { retention, removalPolicy: RemovalPolicy.DESTROY });
    const groups = {
      slowSearchLogEnabled: true,
      slowSearchLogGroup: logGroup('SlowSearch'),
      slowIndexLogEnabled: true,
      slowIndexLogGroup: logGroup('SlowIndex'),
      appLogEnabled: true,
      appLogGroup: logGroup('App'),
      auditLogEnabled: true,
      auditLogGroup: logGroup('Audit'),
    };
    const { slowSearchLogGroup, slowIndexLogGroup, appLogGroup, auditLogGroup } = groups;
    const all = [slowSearchLogGroup, slowIndexLogGroup, appLogGroup, auditLogGroup];
    const policy = new ResourcePolicy(this, 'LogPolicy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('es.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:PutLogEventsBatch'],
          resources: all.map(({ logGroupArn }) => logGroupArn),
          conditions: {
            StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
            ArnLike: { 'aws:SourceArn': domainsOf(this) },
          },
        }),
      ],
    });
    return { groups, policy };
  }
}

const volumeGiBDefault = 20;
const instanceTypeDefault = 't3.small.search';

/** Returns whether machines of a type earn CPU credits. */
const isBurstable = (instanceType: string): boolean => /^t\d/.test(instanceType);

function groupOf({ domain }: Network): ISecurityGroup {
  if (domain === undefined)
    throw new Error("network: it was created with domain: 'none'; leave that out for a warehouse");
  return domain;
}

/** Returns a subnet for each zone that has data nodes. */
function subnetsOf({ vpc, dataSubnets }: Network, dataNodes: number): ISubnet[] {
  const { subnets } = vpc.selectSubnets(dataSubnets);
  const zones = Math.min(dataNodes, subnets.length);
  if (!Number.isInteger(dataNodes) || dataNodes < 1 || dataNodes % zones !== 0) {
    throw new Error(`dataNodes must be 1 or a multiple of the ${subnets.length} zones, got ${dataNodes}`);
  }
  return subnets.slice(0, zones);
}

/** Returns the ARN of every domain of the stack's account and region. */
const domainsOf = (scope: Construct): string =>
  Stack.of(scope).formatArn({ service: 'es', resource: 'domain', resourceName: '*' });

/**
 * Allows the account to send requests to the domain. Which role may do what is decided by the policies of the roles and
 * by their mappings in the domain. CDK's `accessPolicies` would deploy an extra function. The resource is a wildcard,
 * because the name of the domain is not known while it is created.
 */
function allowAccount(domain: Domain): void {
  const resource = domainsOf(domain);
  (domain.node.defaultChild as CfnDomain).accessPolicies = new PolicyDocument({
    statements: [
      new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['es:ESHttp*'], resources: [resource] }),
    ],
  });
}

/**
 * An existing domain. Its owner maps `setUpRole` to `all_access` before Offbeat is deployed. `Network` takes the security
 * group of the domain as its prop `domain`.
 */
export interface ExistingDomain {
  /** An address that begins with `https://`. */
  readonly endpoint: string;
  readonly arn: string;
  readonly setUpRole: IRole;
}

/**
 * Returns an existing domain as a warehouse.
 * @throws {Error} at synth, if the endpoint is not an https address, or is one of OpenSearch Serverless
 */
export function existingWarehouse({ endpoint, arn, setUpRole }: ExistingDomain): WarehouseAccess {
  if (isServerlessSearch(endpoint) || isServerlessSearch(arn)) {
    throw new Error(`domain: ${endpoint}: ${serverlessSearchRefused}`);
  }
  if (!endpoint.startsWith('https://')) throw new Error(`domain: expected an https:// endpoint, got "${endpoint}"`);
  return { environment: signedTo(endpoint), arn, setUpRole, isOwn: false };
}

const signedTo = (url: string) => ({ OFFBEAT_OPENSEARCH_URL: url, OFFBEAT_OPENSEARCH_AUTH: 'sigv4' });

const indicesReason = 'indices and templates by date and kind: all of their names begin with offbeat-';

/**
 * Allows bulk requests, and to read documents back by their ids. IAM cannot restrict the indices of these; the roles in
 * the domain do.
 */
export function grantWrite({ arn }: WarehouseAccess, writer: IGrantable): void {
  writer.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpPost'], [`${arn}/_bulk`, `${arn}/_mget`]));
  // The writer checks that the templates exist: without them OpenSearch would guess a mapping.
  const templates = [`${arn}/_index_template/offbeat-*`];
  writer.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpHead', 'es:ESHttpGet'], templates));
  acceptWildcards(writer, templates, indicesReason);
}

/** Allows searches and counts in all indices of Offbeat. */
export function grantSearch({ arn }: WarehouseAccess, reader: IGrantable): void {
  const searches = [`${arn}/offbeat-*/_search`, `${arn}/offbeat-*/_count`];
  reader.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpGet', 'es:ESHttpPost'], searches));
  acceptWildcards(reader, searches, indicesReason);
}

/** Allows to define templates, fields, life cycles, dashboards and roles; in a domain of its own, settings of the cluster too. */
export function grantSetUp({ arn, isOwn }: WarehouseAccess, administrator: IGrantable): void {
  const paths = [
    '_index_template/*',
    'offbeat-*',
    '_plugins/_ism/policies/*',
    '_plugins/_security/api/*',
    '_dashboards/api/*',
  ].map((path) => `${arn}/${path}`);
  const own = isOwn ? [`${arn}/_cluster/settings`] : [];
  administrator.grantPrincipal.addToPrincipalPolicy(
    httpStatement(['es:ESHttpGet', 'es:ESHttpPost', 'es:ESHttpPut'], [...paths, ...own]),
  );
  acceptWildcards(administrator, paths, 'it defines templates, life cycles, roles and dashboards, each by its name');
}

function httpStatement(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
