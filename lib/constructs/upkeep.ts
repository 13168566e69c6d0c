import { Duration } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { isDeployed } from '../../functions/deployed-functions.ts';
import type { Need } from '../../functions/function-row.ts';
import { type FunctionName, functions, functionsFedBy, sourcesOf } from '../../functions/functions.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { customResource } from './custom-resource.ts';
import { accept, acceptWildcards, invokeReason } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { heartbeatSeconds } from './heartbeat-schedule.ts';
import { Heartbeats } from './heartbeats.ts';
import { scheduleRole } from './schedule-role.ts';
import type { WarehouseAccess } from './warehouse.ts';

export interface UpkeepProps {
  readonly defaults: FunctionDefaults;
  readonly parts: Parts;
  /** The time for which pollers gather records before they invoke. */
  readonly window: Duration;
  /** Functions outside this construct. Those that need the warehouse get their role in it. */
  readonly others: readonly OffbeatFunction[];
  /** Roles that may read the indices. */
  readonly analysts: readonly IRole[];
}

/** The reason for a finding of cdk-nag, which recognises the dead letters of queues, and not those of schedules. */
const missedReason = 'it is itself the queue that gets what schedules could not start or send';

/** The functions that schedules and deployments invoke: heartbeats, sweeps, roll-ups, the self-check, the set-up of the warehouse. */
export class Upkeep extends Construct {
  readonly functions: ReadonlyMap<FunctionName, OffbeatFunction>;
  /** The queue of what schedules could not start or send. */
  readonly missed: Queue;
  /**
   * The set-up of the warehouse: its mappings and roles, without which nothing can be written or searched; `undefined`
   * without a warehouse.
   */
  readonly isWarehouseReady: IDependable | undefined;
  readonly #props: UpkeepProps;

  constructor(scope: Construct, id: string, props: UpkeepProps) {
    super(scope, id);
    this.#props = props;
    this.missed = new Queue(this, 'Missed', {
      // Its messages hold no data of users; and a key of KMS would have to be opened to schedules.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accept(this.missed, 'SQS3', missedReason);
    const { warehouse } = props.parts;
    const setUp = warehouse && this.#make('set-up-warehouse', this.#setUpRole(warehouse));
    const scheduled = functionsFedBy('heartbeats', 'schedule')
      .filter((name) => isDeployed(name, warehouse !== undefined))
      .map((name) => this.#scheduled(name));
    this.functions = new Map([...scheduled, ...(setUp ? [setUp] : [])].map((each) => [each.name, each]));
    const users = [...props.others, ...scheduled];
    this.isWarehouseReady = setUp && this.#setUpWarehouse(setUp, warehouse, users);
  }

  #make(name: FunctionName, role?: IRole): OffbeatFunction {
    const { defaults, parts } = this.#props;
    const environment = environmentOf(name, parts);
    const made = new OffbeatFunction(this, name, { ...defaults, name, environment, ...(role && { role }) });
    grantAccess(made, parts);
    return made;
  }

  #scheduled(name: FunctionName): OffbeatFunction {
    const made = this.#make(name);
    for (const { everyMs, retries } of sourcesOf(name, 'schedule')) this.#schedule(made, everyMs, retries);
    for (const { batchSize } of sourcesOf(name, 'heartbeats')) this.#sendHeartbeats(made, batchSize);
    return made;
  }

  #schedule(target: OffbeatFunction, everyMs: number, retryAttempts: number): void {
    const id = `${target.name}Schedule`;
    const role = scheduleRole(this, id);
    acceptWildcards(role, [`${target.functionArn}:*`], invokeReason);
    new Schedule(this, id, {
      description: `Offbeat: invokes ${target.name}`,
      schedule: ScheduleExpression.rate(Duration.millis(everyMs)),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime }),
        role,
        deadLetterQueue: this.missed,
        retryAttempts,
        maxEventAge: Duration.millis(everyMs),
      }),
    });
  }

  #sendHeartbeats(reader: OffbeatFunction, batchSize: number): void {
    const { queue } = new Heartbeats(this, 'Heartbeats', {
      seconds: heartbeatSeconds(this.#props.window.toMilliseconds()),
      visibilityTimeout: Duration.seconds(functions[reader.name].timeoutSeconds),
      role: scheduleRole(this, 'Heartbeats'),
      missed: this.missed,
    });
    reader.addEventSource(new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true, maxConcurrency: 2 }));
  }

  /** Imports the role by its ARN, so that its policies belong to this stack and the stack of state refers to no function. */
  #setUpRole({ setUpRole }: WarehouseAccess): IRole {
    return Role.fromRoleArn(this, 'SetUpRole', setUpRole.roleArn);
  }

  /** Sets the warehouse up at each deployment that changes the function, or the roles that may write or search. */
  #setUpWarehouse(setUp: OffbeatFunction, { isOwn }: WarehouseAccess, users: readonly OffbeatFunction[]): IDependable {
    const rolesWith = (need: Need): string[] =>
      users.filter(({ name }) => functions[name].needs.includes(need)).map(({ role }) => role!.roleArn);
    const analysts = this.#props.analysts.map(({ roleArn }) => roleArn);
    return customResource(this, 'WarehouseSetUp', {
      type: 'Warehouse',
      onEvent: setUp,
      properties: {
        writers: rolesWith('warehouse.write'),
        readers: rolesWith('warehouse.search'),
        analysts,
        domain: isOwn ? 'own' : 'other',
      },
    });
  }
}
