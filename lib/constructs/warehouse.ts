import { ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EbsDeviceVolumeType } from 'aws-cdk-lib/aws-ec2';
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
import { type CfnDomain, Domain, EngineVersion, TLSSecurityPolicy } from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import { isServerlessSearch, serverlessSearchRefused } from '../../settings/serverless.ts';
import { accept, acceptWildcards } from './findings.ts';
import { functionRole } from './function.ts';
import type { Network } from './network.ts';

/** OpenSearch as functions reach it, by the signature of their roles. */
export interface WarehouseAccess {
  /** What a function is told, for `functions/shared/adapters/opensearch/connect.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly arn: string;
  /** May define indices and roles there. */
  readonly setUpRole: IRole;
  /** The domain's dimension in CloudWatch; `undefined` where it is not ours to watch. */
  readonly watched?: { readonly domainName: string; readonly volumeGiB: number };
}

export interface WarehouseProps {
  readonly network: Network;
  /** @default 't3.small.search' */
  readonly instanceType?: string;
  /**
   * Data nodes: 1, or a multiple of the network's zones.
   *
   * @default 1
   */
  readonly dataNodes?: number;
  /**
   * Dedicated masters: as many as keep a quorum, of which type; none for a domain that is small.
   *
   * @default none
   */
  readonly masters?: { readonly instanceType: string; readonly nodes: 3 };
  /**
   * Of each data node.
   *
   * @default 20
   */
  readonly volumeGiB?: number;
  /**
   * Encrypts the domain.
   *
   * @default the key that AWS keeps for it
   */
  readonly key?: IKey;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * What becomes of the domain when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A domain in the VPC that nobody gets into without a role that is mapped there. */
export class Warehouse extends Construct implements WarehouseAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly arn: string;
  readonly setUpRole: IRole;
  readonly watched: { readonly domainName: string; readonly volumeGiB: number };

  constructor(scope: Construct, id: string, props: WarehouseProps) {
    super(scope, id);
    const { network, instanceType = 't3.small.search', dataNodes = 1, masters, volumeGiB = 20, key } = props;
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = RetentionDays.ONE_MONTH } = props;
    const subnets = network.vpc.selectSubnets(network.dataSubnets).subnets;
    const zones = Math.min(dataNodes, subnets.length);
    if (!Number.isInteger(dataNodes) || dataNodes < 1 || dataNodes % zones !== 0) {
      throw new Error(`dataNodes must be 1 or a multiple of the ${subnets.length} zones, got ${dataNodes}`);
    }
    const setUpRole = functionRole(this, 'SetUpRole', 'set-up-warehouse');
    // Its name is a part of its ARN, and CloudFormation is known to take an import apart, not an output.
    setUpRole.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.setUpRole = setUpRole;
    const { groups, policy } = this.#logs(logRetention);
    const domain = new Domain(this, 'Domain', {
      version: EngineVersion.OPENSEARCH_3_5,
      vpc: network.vpc,
      vpcSubnets: [{ subnets: subnets.slice(0, zones) }],
      securityGroups: [network.domain],
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
      logging: groups,
      suppressLogsResourcePolicy: true,
      enableVersionUpgrade: true,
      enableAutoSoftwareUpdate: true,
      removalPolicy,
    });
    // CDK sees to it for a policy of its own only: a domain that may not write its logs yet is refused.
    domain.node.addDependency(policy);
    letInAccount(domain);
    accept(
      domain,
      'OS3',
      'it is in the VPC, where a security group says who reaches it, and signatures who may do what',
    );
    if (masters === undefined) accept(domain, 'OS4', 'small: its data nodes elect a master among themselves');
    if (zones === 1) accept(domain, 'OS7', 'one node: pages do not wait for the warehouse');
    this.arn = domain.domainArn;
    this.watched = { domainName: domain.domainName, volumeGiB };
    this.environment = signedTo(`https://${domain.domainEndpoint}`);
  }

  #logs(retention: RetentionDays) {
    const [slowSearchLogGroup, slowIndexLogGroup, appLogGroup, auditLogGroup] = [
      'SlowSearch',
      'SlowIndex',
      'App',
      'Audit',
    ].map((id) => new LogGroup(this, `${id}Log`, { retention, removalPolicy: RemovalPolicy.DESTROY }));
    const all = [slowSearchLogGroup, slowIndexLogGroup, appLogGroup, auditLogGroup];
    const policy = new ResourcePolicy(this, 'LogPolicy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('es.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:PutLogEventsBatch'],
          resources: all.map((group) => group!.logGroupArn),
        }),
      ],
    });
    const groups = {
      slowSearchLogEnabled: true,
      slowSearchLogGroup: slowSearchLogGroup!,
      slowIndexLogEnabled: true,
      slowIndexLogGroup: slowIndexLogGroup!,
      appLogEnabled: true,
      appLogGroup: appLogGroup!,
      auditLogEnabled: true,
      auditLogGroup: auditLogGroup!,
    };
    return { groups, policy };
  }
}

/**
 * Roles are let in by their own policies, and by what they are mapped to in the domain. Not by `accessPolicies`, for
 * which CDK deploys a function of its own; and by a wildcard, since a domain does not know its name while it is made.
 */
function letInAccount(domain: Domain): void {
  const resource = Stack.of(domain).formatArn({ service: 'es', resource: 'domain', resourceName: '*' });
  (domain.node.defaultChild as CfnDomain).accessPolicies = new PolicyDocument({
    statements: [
      new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['es:ESHttp*'], resources: [resource] }),
    ],
  });
}

/**
 * A domain that is there. Its owner maps `setUpRole` to `all_access` before Offbeat is deployed; `network` is told its
 * security group, as `domain`.
 */
export interface ExistingDomain {
  /** `https://…` */
  readonly endpoint: string;
  readonly arn: string;
  readonly setUpRole: IRole;
}

/** @throws {Error} at synth, if the endpoint is no https address, or is one of OpenSearch Serverless */
export function existingWarehouse({ endpoint, arn, setUpRole }: ExistingDomain): WarehouseAccess {
  if (isServerlessSearch(endpoint) || isServerlessSearch(arn)) {
    throw new Error(`domain: ${endpoint}: ${serverlessSearchRefused}`);
  }
  if (!endpoint.startsWith('https://')) throw new Error(`domain: expected an https:// endpoint, got "${endpoint}"`);
  return { environment: signedTo(endpoint), arn, setUpRole };
}

const signedTo = (url: string) => ({ OFFBEAT_OPENSEARCH_URL: url, OFFBEAT_OPENSEARCH_AUTH: 'sigv4' });

const indicesReason = 'an index a day, and a template each: their names begin with offbeat-';

/** What persist and aggregate do, as far as IAM sees it: which index, the roles in the domain decide. */
export function grantWrite({ arn }: WarehouseAccess, writer: IGrantable): void {
  writer.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpPost'], [`${arn}/_bulk`]));
  // Whether the templates are there, without which a mapping would be guessed.
  const templates = [`${arn}/_index_template/offbeat-*`];
  writer.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpHead', 'es:ESHttpGet'], templates));
  acceptWildcards(writer, templates, indicesReason);
}

/** What is asked by api, aggregate and self-check. */
export function grantSearch({ arn }: WarehouseAccess, reader: IGrantable): void {
  const searches = [`${arn}/offbeat-*/_search`, `${arn}/offbeat-*/_count`];
  reader.grantPrincipal.addToPrincipalPolicy(httpStatement(['es:ESHttpGet', 'es:ESHttpPost'], searches));
  acceptWildcards(reader, searches, indicesReason);
}

/** What set-up-warehouse does: templates, fields, policies, dashboards, roles. */
export function grantSetUp({ arn }: WarehouseAccess, administrator: IGrantable): void {
  const paths = [
    '_index_template/*',
    'offbeat-*',
    '_plugins/_ism/policies/*',
    '_plugins/_security/api/*',
    '_dashboards/api/*',
  ].map((path) => `${arn}/${path}`);
  administrator.grantPrincipal.addToPrincipalPolicy(
    httpStatement(['es:ESHttpGet', 'es:ESHttpPost', 'es:ESHttpPut'], paths),
  );
  acceptWildcards(administrator, paths, 'it defines templates, policies, roles and dashboards, each by its name');
}

function httpStatement(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
