import { Fn, ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnBatchScramSecret, CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';
import type { WatchedBrokers } from './broker-alarms.ts';
import { applyDataRemoval, type DataRemoval, dataRemovalDefault, keepPlace } from './data-removal.ts';
import { accept } from './findings.ts';
import type { Network } from './network.ts';
import { ownKey } from './own-key.ts';
import { Topics } from './topics.ts';

export interface DataHubProps {
  readonly network: Network;
  /** Partitions of each topic, which are fixed for its life. */
  readonly partitions: PartitionCounts;
  /**
   * The prefix of the topics' names, which is fixed for their life.
   *
   * @default none
   */
  readonly prefix?: string | undefined;
  /**
   * The broker type, as MSK names it. A t3 type is for small loads only.
   *
   * @default 'kafka.t3.small'
   */
  readonly instanceType?: string;
  /**
   * The version of Kafka, as MSK names it: 3.6 or newer, for topics that CloudFormation creates. `.kraft` at the end makes
   * a cluster without ZooKeeper, which no page of AWS offers for kafka.t3.small.
   *
   * @default '3.9.x'
   * @see docs/decisions/0033-kafka-mode-by-size.md
   */
  readonly kafkaVersion?: string;
  /**
   * The number of brokers, one in each zone of the network.
   *
   * @default 2
   */
  readonly brokers?: 2 | 3;
  /**
   * The disk of each broker.
   *
   * @default 50
   */
  readonly volumeGiB?: number;
  /**
   * The level of the cluster's metrics. `PER_BROKER` is billed, and adds the alarm about refused connections.
   *
   * @default 'DEFAULT'
   */
  readonly monitoring?: NonNullable<WatchedBrokers['monitoring']>;
  /**
   * Encrypts topics, and the shippers' secret.
   *
   * @default the key that AWS manages for MSK, and a created one for the secret
   */
  readonly key?: IKey;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * The policy for cluster and topics when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: DataRemoval;
}

/** The user with which shippers log in. */
const shipper = 'beats';

/** An MSK cluster with Offbeat's topics, which beats are shipped to. Functions log in by IAM, shippers by SCRAM. */
export class DataHub extends Construct implements WatchedBrokers {
  readonly clusterArn: string;
  /** The value of MSK's dimension in CloudWatch. */
  readonly clusterName: string;
  readonly brokers: number;
  readonly isBurstable: boolean;
  readonly monitoring: NonNullable<WatchedBrokers['monitoring']>;
  /** The user with which shippers log in by SCRAM, to whom no ACL allows anything yet. */
  readonly shipper = shipper;
  /** The secret of the shippers: `{"username", "password"}`. */
  readonly shipperSecret: Secret;
  /** The topics, and the association of the shippers' secret: both must exist before anything reads, appends or checks. */
  readonly topics: IDependable;

  /** The key of the shippers' secret. */
  readonly #loginKey: IKey;

  /** @throws {Error} at synth, if the network has fewer zones than brokers */
  constructor(scope: Construct, id: string, props: DataHubProps) {
    super(scope, id);
    const { network, brokers = 2, instanceType = 'kafka.t3.small', volumeGiB = 50, key, partitions } = props;
    const {
      kafkaVersion = '3.9.x',
      removalPolicy = dataRemovalDefault,
      logRetention = RetentionDays.ONE_MONTH,
    } = props;
    this.brokers = brokers;
    this.isBurstable = instanceType.startsWith('kafka.t');
    this.monitoring = props.monitoring ?? 'DEFAULT';
    // A cluster that is kept when its stack is deleted keeps its name, so the name is different for each stack.
    const clusterName = `offbeat-${Fn.select(2, Fn.split('/', Stack.of(this).stackId))}`;
    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: clusterName,
      serverProperties: serverProperties(brokers),
    });
    const logGroup = new LogGroup(this, 'BrokerLogs', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const subnets = subnetsOf(network, brokers);
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName,
      kafkaVersion,
      numberOfBrokerNodes: brokers,
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      brokerNodeGroupInfo: {
        instanceType,
        clientSubnets: subnets.map(({ subnetId }) => subnetId),
        securityGroups: [network.brokers.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: volumeGiB } },
      },
      clientAuthentication: {
        sasl: { iam: { enabled: true }, scram: { enabled: true } },
        unauthenticated: { enabled: false },
      },
      encryptionInfo: {
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
        ...(key && { encryptionAtRest: { dataVolumeKmsKeyId: key.keyArn } }),
      },
      enhancedMonitoring: this.monitoring,
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: logGroup.logGroupName } } },
    });
    // MSK does not delete a configuration that a cluster uses, so both are kept or deleted together.
    applyDataRemoval(removalPolicy, cluster, configuration);
    keepPlace(removalPolicy, { vpc: network.vpc, subnets, securityGroup: network.brokers });
    // Permissions on topics contain parts of the ARN. CloudFormation fails to split an imported value, and can split an output.
    cluster.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.clusterArn = cluster.attrArn;
    this.clusterName = Fn.select(1, Fn.split('/', this.clusterArn));
    const login = this.#createShipperLogin(cluster, props, removalPolicy);
    this.shipperSecret = login.secret;
    this.#loginKey = login.key;
    const spec = { clusterArn: this.clusterArn, partitions, replicationFactor: brokers, removalPolicy };
    const topics = new Topics(this, 'Topics', { ...spec, prefix: props.prefix });
    this.topics = new DependencyGroup(topics, login.association);
  }

  /**
   * Allows a role of this account to read the user and the password with which shippers log in. They may append to `beats`,
   * and nothing else. All rights are in the policy of the role, which may be of a stack that is deployed later: the policy of a
   * key that Offbeat creates lets IAM of the account decide, as that of a given key must. `grantRead` of CDK would write the
   * role into the policy of the key, which an imported key ignores.
   * @throws {Error} at synth, for a principal that has no policy
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   */
  grantReadLogin(grantee: IGrantable): Grant {
    const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
    const read = Grant.addToPrincipal({ grantee, actions, resourceArns: [this.shipperSecret.secretArn] });
    const decrypt = Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [this.#loginKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
    });
    const granted = read.combine(decrypt);
    granted.assertSuccess();
    return granted;
  }

  #createShipperLogin(cluster: CfnCluster, { network, key: given }: DataHubProps, removalPolicy: DataRemoval) {
    // MSK accepts no secret that is encrypted with the key that AWS manages.
    const key = given ?? ownKey(network);
    const secret = new Secret(this, 'ShipperSecret', {
      // MSK accepts only secrets whose names begin like this.
      secretName: `AmazonMSK_${cluster.clusterName}-shippers`,
      description: 'User name and password of Metricbeat, Filebeat and collectd',
      encryptionKey: key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: shipper }),
        generateStringKey: 'password',
        excludePunctuation: true,
      },
      removalPolicy,
    });
    accept(secret, 'SMG4', 'a new password must be given to every shipper first: docs/security.md, Secrets');
    const association = new CfnBatchScramSecret(this, 'Shippers', {
      clusterArn: cluster.attrArn,
      secretArnList: [secret.secretArn],
    });
    applyDataRemoval(removalPolicy, association, secret, ...(given === undefined ? [key] : []));
    return { secret, association, key };
  }
}

/**
 * Returns the configuration of brokers: requests create no topics, all brokers but one must have a write, and who logs in
 * by SCRAM may do only what an ACL allows. MSK makes the brokers super users, and functions log in by IAM, to which ACLs
 * do not apply.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html
 */
function serverProperties(brokers: number): string {
  const properties = {
    'allow.everyone.if.no.acl.found': false,
    'auto.create.topics.enable': false,
    'default.replication.factor': brokers,
    'min.insync.replicas': brokers - 1,
    'unclean.leader.election.enable': false,
    'num.partitions': 1,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** Returns one subnet for each broker: MSK needs the same number of brokers in each zone. */
function subnetsOf({ vpc, dataSubnets }: Network, brokers: number): ISubnet[] {
  const { subnets } = vpc.selectSubnets(dataSubnets);
  if (subnets.length < brokers) {
    throw new Error(
      `brokers: ${brokers} brokers need a zone each, and the network has ${subnets.length}; give it more subnets`,
    );
  }
  return subnets.slice(0, brokers);
}
