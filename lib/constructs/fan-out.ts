import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alertReceiptsMax } from '../../functions/shared/handler/queue-limits.ts';
import { visibilityTimeoutOf } from './visibility-timeout.ts';

export interface FanOutProps {
  /**
   * Receipts after which SQS moves a message to the dead letters. notify itself gives up earlier, after a day of tries and
   * with a reason, and replaces a message that was received 150 times by a copy. So only a message that ends the function
   * each time reaches this limit.
   *
   * @default 200
   */
  readonly receiptsMax?: number;
  /**
   * An existing topic for alerts. If it is encrypted, its key must allow publish to use it.
   *
   * @default a topic is created
   */
  readonly topic?: ITopic;
  /**
   * Encrypts topic and queues; its policy must allow SNS to use it.
   *
   * @default a key is created
   */
  readonly key?: IKey;
}

/**
 * The longest time that SQS keeps a message, for dead letters and for messages that wait for notify: when it is over, SQS
 * deletes a message without a trace. Two weeks outlast the holidays of an operator.
 */
const messagesKept = Duration.days(14);

/** The way of alerts to people: an SNS topic for subscribers by e-mail, SMS and others, and the queue that notify reads. */
export class FanOut extends Construct {
  readonly topic: ITopic;
  readonly queue: Queue;
  /** The queue of messages that notify gave up. */
  readonly deadLetters: Queue;
  /** Encrypts topic and queues. */
  readonly key: IKey;

  /** @throws {Error} at synth, if `receiptsMax` is not a whole number from 1 to 1000 */
  constructor(scope: Construct, id: string, props: FanOutProps = {}) {
    super(scope, id);
    const { receiptsMax = alertReceiptsMax } = props;
    if (!Number.isInteger(receiptsMax) || receiptsMax < 1 || receiptsMax > 1000) {
      throw new Error(`receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`);
    }
    // SNS cannot use the key that AWS manages for SQS: its policy allows no other service.
    const key =
      props.key ??
      new Key(this, 'Key', {
        description: 'Offbeat: alerts on their way to receivers',
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    this.key = key;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: messagesKept,
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: messagesKept,
      visibilityTimeout: visibilityTimeoutOf('notify'),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receiptsMax },
    });
    this.topic =
      props.topic ?? new Topic(this, 'Topic', { displayName: 'Offbeat alerts', masterKey: key, enforceSSL: true });
    this.#subscribe(key);
  }

  /**
   * Subscribes the queue to the topic. CDK's SqsSubscription would make the key depend on the topic, which depends on the
   * key, and CloudFormation rejects a circle.
   */
  #subscribe(key: IKey): void {
    const sns = new ServicePrincipal('sns.amazonaws.com');
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'SnsMayEncryptForTheQueue',
        principals: [sns],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [sns],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topic.topicArn } },
      }),
    );
    // Not raw: notify reads the envelope of SNS, which redriven messages have too.
    new Subscription(this, 'Subscription', {
      topic: this.topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
    });
  }

  /** Allows what publish does: publish to the topic. */
  grantPublish(publisher: IGrantable): void {
    Grant.addToPrincipal({ grantee: publisher, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    this.#grantEncrypt(publisher);
  }

  /** Allows what notify does: receive messages, hide them for longer, send copies of them, and send them to the dead letters. */
  grantDeliver(notifier: IGrantable): void {
    this.queue.grantConsumeMessages(notifier);
    Grant.addToPrincipal({
      grantee: notifier,
      actions: ['sqs:SendMessage'],
      resourceArns: [this.queue.queueArn, this.deadLetters.queueArn],
    });
    this.#grantEncrypt(notifier);
  }

  /** Allows the use of the key: SNS and SQS encrypt in the name of the sender. */
  #grantEncrypt(sender: IGrantable): void {
    this.key.grant(sender, 'kms:Decrypt', 'kms:GenerateDataKey');
  }
}
