import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface FanOutProps {
  /**
   * Time-out of the function that reads the queue. A message stays hidden for six times as long, as AWS advises.
   *
   * @default Duration.seconds(60)
   */
  readonly notifyTimeout?: Duration;
  /**
   * Receipts after which a message that notify never settled is put aside. notify itself gives up earlier, with a
   * reason, after ten tries a receiver and a look now and then for the others' sake; so this is for one that kills the
   * function each time.
   *
   * @default 200
   */
  readonly receiptsMax?: number;
}

const notifyTimeoutDefault = Duration.seconds(60);
const visibilityFactor = 6;
const receiptsMaxDefault = 200;
/** The longest that SQS keeps a message: an operator's holidays must not lose a page. */
const deadLettersKept = Duration.days(14);

/** Where alerts leave: an SNS topic for e-mail, SMS and whoever subscribes, and the queue that notify reads. */
export class FanOut extends Construct {
  readonly topic: Topic;
  readonly queue: Queue;
  /** What was given up on. */
  readonly deadLetters: Queue;

  /** @throws {Error} at synth, if `receiptsMax` is no whole number from 1 to 1000 */
  constructor(scope: Construct, id: string, props: FanOutProps = {}) {
    super(scope, id);
    const { notifyTimeout = notifyTimeoutDefault, receiptsMax = receiptsMaxDefault } = props;
    if (!Number.isInteger(receiptsMax) || receiptsMax < 1 || receiptsMax > 1000) {
      throw new Error(`receiptsMax must be a whole number from 1 to 1000, got ${receiptsMax}`);
    }
    // SNS may use a key of ours only: the key that AWS manages for SQS does not let another service in.
    const key = new Key(this, 'Key', {
      description: 'Offbeat: alerts on their way out',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: deadLettersKept,
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(notifyTimeout.toSeconds() * visibilityFactor),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receiptsMax },
    });
    this.topic = new Topic(this, 'Topic', { displayName: 'Offbeat alerts', masterKey: key, enforceSSL: true });
    // Not raw: notify reads SNS's envelope, and what is redriven carries it too.
    this.topic.addSubscription(new SqsSubscription(this.queue));
  }

  /** What publish does. */
  grantPublish(publisher: IGrantable): void {
    this.topic.grantPublish(publisher);
  }

  /** What notify does: read the queue, hide a message for longer, put one aside. */
  grantDeliver(notifier: IGrantable): void {
    this.queue.grantConsumeMessages(notifier);
    this.deadLetters.grantSendMessages(notifier);
  }
}
