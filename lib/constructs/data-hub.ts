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
  /** Of each topic; fixed for its life. */
  readonly partitions: PartitionCounts;
  /**
   * As MSK names it; t3 for little load only.
   *
   * @default 'kafka.t3.small'
   */
  readonly instanceType?: string;
  /**
   * One in each zone of the network.
   *
   * @default 2
   */
  readonly brokers?: 2 | 3;
  /**
   * Of each broker.
   *
   * @default 50
   */
  readonly volumeGiB?: number;
  /**
   * Encrypts topics.
   *
   * @default the key that AWS keeps for MSK
   */
  readonly key?: IKey;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * What becomes of cluster and topics when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What Kafka's own documentation calls 3.9.x, the newest that MSK recommends; topics by CloudFormation need 3.6. */
const kafkaVersion = '3.9.x';

/** The cluster that beats are shipped to, with Offbeat's topics. Functions log in by IAM, shippers by SCRAM. */
export class DataHub extends Construct {
  readonly clusterArn: string;
  /** MSK's dimension in CloudWatch. */
  readonly clusterName: string;
  readonly brokers: number;
  /** `{"username", "password"}` of the shippers. */
  readonly shipperSecret: Secret;
  /** What must be there before anything reads or appends. */
  readonly topics: IDependable;

  /** @throws {Error} at synth, if the network has fewer zones than there are to be brokers */
  constructor(scope: Construct, id: string, props: DataHubProps) {
    super(scope, id);
    const { network, brokers = 2, instanceType = 'kafka.t3.small', volumeGiB = 50, key, partitions } = props;
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = RetentionDays.ONE_MONTH } = props;
    this.brokers = brokers;
    // A cluster that stays when its stack goes keeps its name, so the next stack's has another; and so has a second one.
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
    // MSK deletes no configuration that a cluster uses.
    for (const kept of [cluster, configuration]) kept.applyRemovalPolicy(removalPolicy);
    // Rights on topics are made of parts of it, and CloudFormation is known to take an import apart, not an output.
    cluster.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.clusterArn = cluster.attrArn;
    this.clusterName = Fn.select(1, Fn.split('/', this.clusterArn));
    this.shipperSecret = this.#letShippersIn(cluster, key, removalPolicy);
    const spec = { clusterArn: this.clusterArn, partitions, replicationFactor: brokers, removalPolicy };
    this.topics = new Topics(this, 'Topics', spec);
  }

  #letShippersIn(cluster: CfnCluster, given: IKey | undefined, removalPolicy: RemovalPolicy): Secret {
    // MSK takes no secret that is encrypted with the key of AWS.
    const key =
      given ??
      new Key(this, 'ShipperKey', {
        description: 'Offbeat: the log-in of shippers',
        enableKeyRotation: true,
        removalPolicy,
      });
    const secret = new Secret(this, 'ShipperSecret', {
      // MSK finds it by how its name begins.
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
    accept(secret, 'SMG4', 'a new password has to reach every shipper first: docs/security.md, Secrets');
    const login = new CfnBatchScramSecret(this, 'Shippers', {
      clusterArn: cluster.attrArn,
      secretArnList: [secret.secretArn],
    });
    login.applyRemovalPolicy(removalPolicy);
    return secret;
  }
}

/** Nothing makes a topic by asking for it; a write counts when all brokers but one have it. */
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

/** One for each broker: MSK takes no two in a zone but where all zones have as many. */
function subnetsOf({ vpc, dataSubnets }: Network, brokers: number): string[] {
  const { subnetIds } = vpc.selectSubnets(dataSubnets);
  if (subnetIds.length < brokers) {
    throw new Error(
      `brokers: ${brokers} want a zone each, and the network has ${subnetIds.length}; give it more subnets`,
    );
  }
  return subnetIds.slice(0, brokers);
}
