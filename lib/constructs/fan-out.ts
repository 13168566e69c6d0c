import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alertReceiptsMax } from '../../functions/shared/handler/function-limits.ts';

export interface FanOutProps {
  /**
   * Time-out of the function that reads the queue. A message stays hidden for six times as long, as AWS advises.
   *
   * @default Duration.seconds(60)
   */
  readonly notifyTimeout?: Duration;
  /**
   * Receipts after which a message that notify never settled is put aside. notify itself gives up earlier, with a
   * reason, after a day of tries, and sends a copy in the place of one that was received 150 times; so this is for one
   * that kills the function each time.
   *
   * @default 200
   */
  readonly receiptsMax?: number;
  /**
   * A topic that is there, for alerts to be published to. Where it is encrypted, its key must let publish use it.
   *
   * @default one is made
   */
  readonly topic?: ITopic;
  /**
   * Encrypts topic and queues; its policy must let SNS use it.
   *
   * @default one is made
   */
  readonly key?: IKey;
}

const notifyTimeoutDefault = Duration.seconds(60);
const visibilityFactor = 6;
/**
 * The longest that SQS keeps a message: an operator's holidays must not lose a page. One that still waits for notify is
 * kept as long: SQS deletes it without a word when its time is over, and puts it aside nowhere.
 */
const messagesKept = Duration.days(14);

/** Where alerts leave: an SNS topic for e-mail, SMS and whoever subscribes, and the queue that notify reads. */
export class FanOut extends Construct {
  readonly topic: ITopic;
  readonly queue: Queue;
  /** What was given up on. */
  readonly deadLetters: Queue;
  /** Of the function that reads the queue. */
  readonly notifyTimeout: Duration;
  /** Encrypts topic and queues. */
  readonly key: IKey;

  /** @throws {Error} at synth, if `receiptsMax` is no whole number from 1 to 1000 */
  constructor(scope: Construct, id: string, props: FanOutProps = {}) {
    super(scope, id);
    const { notifyTimeout = notifyTimeoutDefault, receiptsMax = alertReceiptsMax } = props;
    if (!Number.isInteger(receiptsMax) || receiptsMax < 1 || receiptsMax > 1000) {
      throw new Error(`receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`);
    }
    this.notifyTimeout = notifyTimeout;
    // SNS may use a key of ours only: the key that AWS manages for SQS does not let another service in.
    const key =
      props.key ??
      new Key(this, 'Key', {
        description: 'Offbeat: alerts on their way out',
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
      visibilityTimeout: Duration.seconds(notifyTimeout.toSeconds() * visibilityFactor),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receiptsMax },
    });
    this.topic =
      props.topic ?? new Topic(this, 'Topic', { displayName: 'Offbeat alerts', masterKey: key, enforceSSL: true });
    this.#subscribe(key);
  }

  /**
   * Not by CDK's SqsSubscription: it lets this one topic use the queue's key, which is the topic's own key too, and
   * CloudFormation takes no circle.
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
    // Not raw: notify reads SNS's envelope, and what is redriven carries it too.
    new Subscription(this, 'Subscription', {
      topic: this.topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
    });
  }

  /** What publish does. */
  grantPublish(publisher: IGrantable): void {
    Grant.addToPrincipal({ grantee: publisher, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    this.#grantEncrypt(publisher);
  }

  /** What notify does: read the queue, hide a message for longer, send a copy of one, put one aside. */
  grantDeliver(notifier: IGrantable): void {
    this.queue.grantConsumeMessages(notifier);
    Grant.addToPrincipal({
      grantee: notifier,
      actions: ['sqs:SendMessage'],
      resourceArns: [this.queue.queueArn, this.deadLetters.queueArn],
    });
    this.#grantEncrypt(notifier);
  }

  /** What SNS and SQS ask of a key in a sender's name. */
  #grantEncrypt(sender: IGrantable): void {
    this.key.grant(sender, 'kms:Decrypt', 'kms:GenerateDataKey');
  }
}
