import { Aws, Duration } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { topics } from '../../functions/shared/log/topics.ts';
import type { FunctionName } from '../bundle/bundle.ts';
import { customResource } from './custom-resource.ts';
import { accept, acceptWildcards, invokeReason } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { heartbeatMemory, heartbeatSeconds } from './heartbeat-schedule.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Kafka } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import { grantSearch, grantSetUp, grantWrite, type WarehouseAccess } from './warehouse.ts';

export interface UpkeepProps {
  readonly defaults: FunctionDefaults;
  readonly network: Network;
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
  /** How long pollers gather. */
  readonly window: Duration;
  /** Roles in the domain: who writes, and who may only read. */
  readonly writers: readonly OffbeatFunction[];
  readonly readers: readonly OffbeatFunction[];
  readonly analysts: readonly IRole[];
}

/** Longer than an append may take, so that its own error is reported and not a time-out. */
const heartbeatTimeout = Duration.seconds(30);
/** Of a batch of messages: what gathered during an outage makes few appends. */
const heartbeatBatch = 10;

/** What is more, or less, than most of them need. */
const memoryOf: Readonly<Partial<Record<FunctionName, number>>> = {
  heartbeat: heartbeatMemory,
  sweep: 1024,
  aggregate: 1024,
};
const timeoutOf: Readonly<Partial<Record<FunctionName, Duration>>> = {
  heartbeat: heartbeatTimeout,
  // Once an hour it passes over the delete markers of all days that can be restored. The next sweep does not wait.
  sweep: Duration.minutes(5),
  aggregate: Duration.minutes(5),
};

/** cdk-nag knows the dead letters of queues, and not those of schedules. */
const missedReason = 'it is itself where schedules put aside what they could not start or send';

/** What runs by the clock or with a deployment: heartbeats, sweeps, hours of summaries, the self-check, the warehouse's set-up. */
export class Upkeep extends Construct {
  readonly functions: ReadonlyMap<string, OffbeatFunction>;
  /** What a schedule could not start. */
  readonly missed: Queue;
  /** What must be there before anything is written or searched: mappings, and roles. */
  readonly isWarehouseReady: IDependable;
  readonly #props: UpkeepProps;

  constructor(scope: Construct, id: string, props: UpkeepProps) {
    super(scope, id);
    this.#props = props;
    this.missed = new Queue(this, 'Missed', {
      // Nothing in it is anybody's; and a schedule would need a key of one's own too.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accept(this.missed, 'SQS3', missedReason);
    const heartbeat = this.#heartbeat();
    const sweep = this.#sweep();
    const aggregate = this.#aggregate();
    const selfCheck = this.#selfCheck();
    const setUp = this.#setUpWarehouse();
    this.isWarehouseReady = this.#resourceOf(
      setUp,
      [...props.writers, aggregate],
      [...props.readers, aggregate, selfCheck],
    );
    this.functions = new Map(
      [heartbeat, sweep, aggregate, selfCheck, setUp].map((each): [string, OffbeatFunction] => [each.word, each]),
    );
    this.#every('Sweeps', Duration.minutes(1), sweep);
    this.#every('Hours', Duration.hours(1), aggregate);
    this.#every('SelfChecks', Duration.minutes(1), selfCheck, 0);
  }

  #every(id: string, rate: Duration, target: OffbeatFunction, retryAttempts = 2): void {
    const role = this.#scheduleRole(id);
    acceptWildcards(role, [`${target.functionArn}:*`], invokeReason);
    new Schedule(this, id, {
      description: `Offbeat: ${target.word}`,
      schedule: ScheduleExpression.rate(rate),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime }),
        role,
        deadLetterQueue: this.missed,
        retryAttempts,
        maxEventAge: rate,
      }),
    });
  }

  /** Of a schedule, which also puts aside what it could not start. */
  #scheduleRole(id: string): Role {
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: `Offbeat: what the schedule ${id} may do`,
    });
  }

  #heartbeat(): OffbeatFunction {
    const { kafka, window } = this.#props;
    const heartbeat = this.#function('heartbeat', 'moves the clock of quiet partitions on', { ...kafka.environment });
    kafka.grantAppend(heartbeat, [topics.beats]);
    const { queue } = new Heartbeats(this, 'Heartbeats', {
      seconds: heartbeatSeconds(window.toMilliseconds()),
      visibilityTimeout: heartbeatTimeout,
      role: this.#scheduleRole('Heartbeats'),
      missed: this.missed,
    });
    heartbeat.addEventSource(
      new SqsEventSource(queue, { batchSize: heartbeatBatch, reportBatchItemFailures: true, maxConcurrency: 2 }),
    );
    return heartbeat;
  }

  #sweep(): OffbeatFunction {
    const { kafka, ledger } = this.#props;
    const sweep = this.#function('sweep', 'finishes transactions, and deletes objects', {
      ...kafka.environment,
      ...ledger.environment,
    });
    kafka.grantAppend(sweep, [topics.summaries, topics.signals, topics.alerts, topics.deadLetters]);
    ledger.grantCollect(sweep);
    return sweep;
  }

  #aggregate(): OffbeatFunction {
    const { warehouse } = this.#props;
    const aggregate = this.#function('aggregate', 'makes hours of minutes', warehouse.environment);
    grantWrite(warehouse, aggregate);
    grantSearch(warehouse, aggregate);
    return aggregate;
  }

  #selfCheck(): OffbeatFunction {
    const { kafka, ledger, warehouse } = this.#props;
    const selfCheck = this.#function('self-check', 'sends a canary, and tells how old everything is', {
      ...kafka.environment,
      ...ledger.environment,
      ...warehouse.environment,
    });
    kafka.grantAppend(selfCheck, [topics.beats]);
    ledger.grantInspect(selfCheck);
    grantSearch(warehouse, selfCheck);
    return selfCheck;
  }

  #setUpWarehouse(): OffbeatFunction {
    const { warehouse, network, defaults } = this.#props;
    // By its ARN, so that its policies are made here, and what is kept knows nothing of functions.
    const role = Role.fromRoleArn(this, 'SetUpRole', warehouse.setUpRole.roleArn);
    const setUp = new OffbeatFunction(this, 'set-up-warehouse', {
      ...defaults,
      name: 'set-up-warehouse',
      description: 'defines indices, their lives, dashboards and roles',
      memory: 512,
      timeout: Duration.minutes(5),
      environment: warehouse.environment,
      place: network.placeOf(network.stages),
      role,
    });
    grantSetUp(warehouse, role);
    return setUp;
  }

  /** Set up anew whenever a release brings something, or a role comes or goes. */
  #resourceOf(
    setUp: OffbeatFunction,
    writers: readonly OffbeatFunction[],
    readers: readonly OffbeatFunction[],
  ): IDependable {
    const analysts = this.#props.analysts.map(({ roleArn }) => roleArn);
    return customResource(this, 'WarehouseSetUp', {
      type: 'Warehouse',
      onEvent: setUp,
      properties: { writers: arnsOf(writers), readers: arnsOf(readers), analysts },
    });
  }

  #function(
    name: 'heartbeat' | 'sweep' | 'aggregate' | 'self-check',
    description: string,
    environment: Readonly<Record<string, string>>,
  ): OffbeatFunction {
    const { defaults, network, kafka } = this.#props;
    const made = new OffbeatFunction(this, name, {
      ...defaults,
      name,
      description,
      memory: memoryOf[name] ?? 512,
      timeout: timeoutOf[name] ?? Duration.seconds(60),
      environment,
      place: network.placeOf(network.stages),
    });
    made.node.addDependency(kafka.isReady);
    return made;
  }
}

const arnsOf = (functions: readonly OffbeatFunction[]): string[] => functions.map(({ role }) => role!.roleArn);
