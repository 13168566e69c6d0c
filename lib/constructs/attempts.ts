import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FromQueue } from '../../functions/function-row.ts';
import { attemptReceiptsMax } from '../../functions/shared/handler/queue-limits.ts';
import { visibilityTimeoutOf } from './visibility-timeout.ts';

export interface AttemptsProps {
  /** Encrypts the queues. */
  readonly key: IKey;
}

/** The longest time that SQS keeps a message. Attempts wait so long for a warehouse that does not answer, and then expire. */
const messagesKept = Duration.days(14);

/** The environment variable that has the address of the queue. */
const queueVariable = 'OFFBEAT_ATTEMPTS_QUEUE_URL';

/** The environment variables of a function that would send attempts, in a deployment where nothing reads them. */
export const environmentWithoutAttempts: Readonly<Record<string, string>> = { [queueVariable]: 'none' };

/** The queue from notify to persist for attempts, and the queue of its dead letters. */
export class Attempts extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key }: AttemptsProps) {
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
      visibilityTimeout: visibilityTimeoutOf('persist'),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: attemptReceiptsMax },
    });
  }

  /** The environment variables of a function that sends attempts. */
  get environment(): Readonly<Record<string, string>> {
    return { [queueVariable]: this.queue.queueUrl };
  }

  /** Allows what notify does: send attempts. */
  grantSend(sender: IGrantable): void {
    Grant.addToPrincipal({ grantee: sender, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
    this.#key.grant(sender, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** Connects the queue to a function, and allows it to receive. A message that fails is received again without the others. */
  feed(reader: IFunction, { batchSize, windowMs }: Pick<FromQueue, 'batchSize' | 'windowMs'>): void {
    reader.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxBatchingWindow: Duration.millis(windowMs),
        reportBatchItemFailures: true,
        maxConcurrency: 2,
      }),
    );
  }
}
