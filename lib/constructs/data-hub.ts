import { Fn, ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnBatchScramSecret, CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import type { PartitionCounts } from '../../functions/shared/log/topics.ts';
import { accept } from './findings.ts';
import type { Network } from './network.ts';
import { Topics } from './topics.ts';

export interface DataHubProps {
  readonly network: Network;
  /** Partitions of each topic, which are fixed for its life. */
  readonly partitions: PartitionCounts;
  /**
   * The broker type, as MSK names it. A t3 type is for small loads only.
   *
   * @default 'kafka.t3.small'
   */
  readonly instanceType?: string;
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
   * Encrypts topics.
   *
   * @default the key that AWS manages for MSK
   */
  readonly key?: IKey;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * The policy for cluster and topics when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The newest version of Kafka that MSK recommends. Topics that CloudFormation creates need 3.6 or newer. */
const kafkaVersion = '3.9.x';

/** An MSK cluster with Offbeat's topics, which beats are shipped to. Functions log in by IAM, shippers by SCRAM. */
export class DataHub extends Construct {
  readonly clusterArn: string;
  /** The value of MSK's dimension in CloudWatch. */
  readonly clusterName: string;
  readonly brokers: number;
  /** The secret of the shippers: `{"username", "password"}`. */
  readonly shipperSecret: Secret;
  /** The topics, which must exist before anything reads or appends. */
  readonly topics: IDependable;

  /** @throws {Error} at synth, if the network has fewer zones than brokers */
  constructor(scope: Construct, id: string, props: DataHubProps) {
    super(scope, id);
    const { network, brokers = 2, instanceType = 'kafka.t3.small', volumeGiB = 50, key, partitions } = props;
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = RetentionDays.ONE_MONTH } = props;
    this.brokers = brokers;
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
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName,
      kafkaVersion,
      numberOfBrokerNodes: brokers,
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      brokerNodeGroupInfo: {
        instanceType,
        clientSubnets: subnetsOf(network, brokers),
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
      enhancedMonitoring: 'PER_BROKER',
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: logGroup.logGroupName } } },
    });
    // MSK does not delete a configuration that a cluster uses, so both are kept or deleted together.
    for (const kept of [cluster, configuration]) kept.applyRemovalPolicy(removalPolicy);
    // Permissions on topics contain parts of the ARN. CloudFormation fails to split an imported value, and can split an output.
    cluster.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.clusterArn = cluster.attrArn;
    this.clusterName = Fn.select(1, Fn.split('/', this.clusterArn));
    this.shipperSecret = this.#createShipperLogin(cluster, key, removalPolicy);
    const spec = { clusterArn: this.clusterArn, partitions, replicationFactor: brokers, removalPolicy };
    this.topics = new Topics(this, 'Topics', spec);
  }

  #createShipperLogin(cluster: CfnCluster, given: IKey | undefined, removalPolicy: RemovalPolicy): Secret {
    // MSK accepts no secret that is encrypted with the key that AWS manages.
    const key =
      given ??
      new Key(this, 'ShipperKey', {
        description: 'Offbeat: the log-in of shippers',
        enableKeyRotation: true,
        removalPolicy,
      });
    const secret = new Secret(this, 'ShipperSecret', {
      // MSK accepts only secrets whose names begin like this.
      secretName: `AmazonMSK_${cluster.clusterName}-shippers`,
      description: 'The log-in of Metricbeat, Filebeat and collectd',
      encryptionKey: key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'beats' }),
        generateStringKey: 'password',
        excludePunctuation: true,
      },
      removalPolicy,
    });
    accept(secret, 'SMG4', 'a new password must be given to every shipper first: docs/security.md, Secrets');
    const login = new CfnBatchScramSecret(this, 'Shippers', {
      clusterArn: cluster.attrArn,
      secretArnList: [secret.secretArn],
    });
    login.applyRemovalPolicy(removalPolicy);
    return secret;
  }
}

/** Returns the configuration of brokers: requests create no topics, and all brokers but one must have a write. */
function serverProperties(brokers: number): string {
  const properties = {
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
function subnetsOf({ vpc, dataSubnets }: Network, brokers: number): string[] {
  const { subnetIds } = vpc.selectSubnets(dataSubnets);
  if (subnetIds.length < brokers) {
    throw new Error(
      `brokers: ${brokers} brokers need a zone each, and the network has ${subnetIds.length}; give it more subnets`,
    );
  }
  return subnetIds.slice(0, brokers);
}
