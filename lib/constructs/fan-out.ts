import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { textBytesMax } from '../../functions/shared/adapters/sqs/requests.ts';
import { alertReceiptsMax } from '../../functions/shared/handler/queue-limits.ts';
import { accept } from './findings.ts';
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
  /** Encrypts topic and queues; its policy must allow SNS to use it: the policy of AWS's key for SQS allows no other service. */
  readonly key: IKey;
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
  /** The queue of alerts that SNS could not put into the queue of notify. */
  readonly undelivered: Queue;
  /** The queue of alerts that publish rejected: its dead letters. */
  readonly rejected: Queue;
  /** Encrypts topic and queues. */
  readonly key: IKey;

  /** @throws {Error} at synth, if `receiptsMax` is not a whole number from 1 to 1000 */
  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    const { receiptsMax = alertReceiptsMax, key } = props;
    if (!Number.isInteger(receiptsMax) || receiptsMax < 1 || receiptsMax > 1000) {
      throw new Error(`receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`);
    }
    this.key = key;
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: messagesKept,
    };
    this.rejected = new Queue(this, 'Rejected', { ...common, maxMessageSizeBytes: textBytesMax });
    accept(this.rejected, 'SQS3', 'it is itself a queue of dead letters, which only an operator reads');
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: visibilityTimeoutOf('notify'),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receiptsMax },
    });
    // Not with the key: what SNS may not do with it is the most likely reason why a message is here.
    this.undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: messagesKept,
    });
    accept(this.undelivered, 'SQS3', 'it is itself a queue of dead letters, which only an operator reads');
    this.topic =
      props.topic ?? new Topic(this, 'Topic', { displayName: 'Offbeat alerts', masterKey: key, enforceSSL: true });
    this.#subscribe();
  }

  /**
   * Subscribes the queue to the topic. CDK's SqsSubscription would make the key depend on the topic, which depends on the
   * key, and CloudFormation rejects a circle.
   */
  #subscribe(): void {
    const sns = new ServicePrincipal('sns.amazonaws.com');
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
      deadLetterQueue: this.undelivered,
    });
  }

  /** Allows what publish does: publish to the topic. */
  grantPublish(publisher: IGrantable): void {
    Grant.addToPrincipal({ grantee: publisher, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    this.#grantEncrypt(publisher);
  }

  /** Allows what publish does with an alert that it rejects: send it to the queue of rejected alerts. */
  grantReject(rejecter: IGrantable): void {
    Grant.addToPrincipal({ grantee: rejecter, actions: ['sqs:SendMessage'], resourceArns: [this.rejected.queueArn] });
    this.#grantEncrypt(rejecter);
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
