import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { attemptReceiptsMax } from '../../functions/shared/handler/function-limits.ts';

export interface AttemptsProps {
  /** Encrypts the queues. */
  readonly key: IKey;
  /** Time-out of the function that reads the queue. A message stays hidden for six times as long, as AWS advises. */
  readonly persistTimeout: Duration;
}

const visibilityFactor = 6;
/** As long as SQS keeps a message: while the warehouse is away attempts wait for it, and then expire. */
const messagesKept = Duration.days(14);
const gatherFor = Duration.seconds(10);

/** The queue that carries notify's attempts to persist, and what was received too often. */
export class Attempts extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key, persistTimeout }: AttemptsProps) {
    super(scope, id);
    this.#key = key;
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: messagesKept,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(persistTimeout.toSeconds() * visibilityFactor),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: attemptReceiptsMax },
    });
  }

  /** What a function is told that sends attempts. */
  get environment(): Readonly<Record<string, string>> {
    return { OFFBEAT_ATTEMPTS_QUEUE_URL: this.queue.queueUrl };
  }

  /** What notify does. */
  grantSend(sender: IGrantable): void {
    Grant.addToPrincipal({ grantee: sender, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
    this.#key.grant(sender, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** Has Lambda's poller feed a function, with the right to do so. A message that fails comes again alone. */
  feed(reader: IFunction, batchSize: number): void {
    reader.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxBatchingWindow: gatherFor,
        reportBatchItemFailures: true,
        maxConcurrency: 2,
      }),
    );
  }
}
