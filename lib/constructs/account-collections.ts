import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isOfAccount, targetOf } from '../../functions/collect/parse-target.ts';
import { functions } from '../../functions/functions.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { AccountAccess, type OwnNames } from './account-access.ts';
import { feedCollections } from './due-collections.ts';
import { accept } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { scheduleRole } from './schedule-role.ts';

export interface AccountCollectionsProps {
  readonly defaults: FunctionDefaults;
  readonly parts: Parts;
  /** The targets about which AWS is asked, at least one. */
  readonly targets: readonly CollectSettings[];
  /** The queues and topics of the deployment, which the target `aws://queues` stands for. */
  readonly own: OwnNames;
  /** The queue of messages that schedules could not send. */
  readonly missed: IQueue;
  /** The function that appends the documents. */
  readonly appender: IFunction;
}

const name = 'collect-account';

/** The time for which documents wait for brokers that do not answer. Older ones are of no use: detect does not learn late samples. */
const documentsKept = Duration.hours(1);

/** The function outside the VPC that asks AWS about targets, what feeds it, and the queue by which it hands documents over. */
export class AccountCollections extends Construct {
  readonly function: OffbeatFunction;

  constructor(scope: Construct, id: string, props: AccountCollectionsProps) {
    super(scope, id);
    const { defaults, parts: others, targets, own, missed, appender } = props;
    const documents = new Queue(this, 'Documents', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(functions.collect.timeoutSeconds),
      retentionPeriod: documentsKept,
    });
    accept(
      documents,
      'SQS3',
      'documents that could not be appended for an hour are too late to be learned from, and expire',
    );
    const asked = targets.map(({ target }) => targetOf(target)).filter(isOfAccount);
    const parts = { ...others, documents, account: new AccountAccess(this, asked, own) };
    const environment = environmentOf(name, parts);
    this.function = new OffbeatFunction(this, name, { ...defaults, name, environment });
    grantAccess(this.function, parts);
    feedCollections(this, { function: this.function, targets, role: scheduleRole(this, 'Schedules'), missed });
    appender.addEventSource(
      new SqsEventSource(documents, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 2 }),
    );
  }
}
