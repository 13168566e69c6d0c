import type { Duration } from 'aws-cdk-lib';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { isDeployed } from '../../functions/deployed-functions.ts';
import type { FromQueue, FromTopics } from '../../functions/function-row.ts';
import { consumerGroupOf, type FunctionName, functionsFedBy, sourcesOf } from '../../functions/functions.ts';
import { type Receiver, receiverFacts } from '../../functions/shared/domain/receivers/registry.ts';
import { secretsManagerPrefix } from '../../functions/shared/domain/secret-reference.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { Attempts } from './attempts.ts';
import type { FanOut } from './fan-out.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { type Kafka, type Polling, pollingWord } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import { reservedConcurrency } from './reserved-concurrency.ts';
import { namedSecrets } from './secrets.ts';
import type { WarehouseAccess } from './warehouse.ts';

export interface StagesProps {
  readonly settings: Settings;
  readonly defaults: FunctionDefaults;
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  readonly fanOut: FanOut;
  /** The warehouse; absent in a deployment without one. */
  readonly warehouse?: WarehouseAccess;
  readonly polling: Polling;
  /** The time for which pollers gather records before they invoke. */
  readonly window: Duration;
  /** Reserves a share of the account's concurrency for stages that advance ledger items. */
  readonly reserveConcurrency: boolean;
}

/** The stages of the manifest: a function for each, and the topics and queues that feed it. */
export class Stages extends Construct {
  readonly functions: ReadonlyMap<FunctionName, OffbeatFunction>;
  /** The queue from notify to persist; `undefined` without a warehouse. */
  readonly attempts: Attempts | undefined;
  /** The parts that functions reach. */
  readonly parts: Parts;
  readonly #props: StagesProps;

  constructor(scope: Construct, id: string, props: StagesProps) {
    super(scope, id);
    this.#props = props;
    const { kafka, ledger, warehouse, fanOut, settings } = props;
    this.attempts = warehouse && new Attempts(this, 'Attempts', { key: fanOut.key });
    const receiverSecrets = namedSecrets(this, secretNames(settings.receivers));
    const ofWarehouse = { ...(warehouse && { warehouse }), ...(this.attempts && { attempts: this.attempts }) };
    this.parts = { kafka, ledger, fanOut, ...ofWarehouse, receiverSecrets };
    const names = functionsFedBy('topics', 'queue').filter((name) => isDeployed(name, warehouse !== undefined));
    this.functions = new Map(names.map((name) => [name, this.#make(name)]));
  }

  /** The event source mapping of `beats`: every record comes through it, and before it exists no stage has work. */
  get beatsMapping(): CfnEventSourceMapping {
    const within = this.functions.get('normalise')!.node.findAll();
    return within.find((each): each is CfnEventSourceMapping => each instanceof CfnEventSourceMapping)!;
  }

  #make(name: FunctionName): OffbeatFunction {
    const { defaults, polling, kafka } = this.#props;
    const fromTopics = sourcesOf(name, 'topics');
    const stage = new OffbeatFunction(this, name, {
      ...defaults,
      name,
      environment: {
        ...environmentOf(name, this.parts),
        ...(fromTopics.length > 0 && { OFFBEAT_POLLING: pollingWord(polling), ...kafka.readerEnvironment }),
      },
      ...this.#concurrencyOf(name),
    });
    grantAccess(stage, this.parts);
    for (const source of fromTopics) this.#feedTopics(stage, source);
    for (const source of sourcesOf(name, 'queue')) this.#feedQueue(stage, source);
    return stage;
  }

  #concurrencyOf(name: FunctionName): { readonly reservedConcurrency?: number } {
    const { kafka, reserveConcurrency } = this.#props;
    const reserved = reserveConcurrency ? reservedConcurrency(name, kafka.partitions) : undefined;
    return reserved === undefined ? {} : { reservedConcurrency: reserved };
  }

  #feedTopics(reader: OffbeatFunction, { topics, batchSize }: FromTopics): void {
    const { kafka, polling, window } = this.#props;
    reader.node.addDependency(kafka.isReady);
    for (const topic of topics) {
      kafka.feed(reader, { topic, groupId: consumerGroupOf(reader.name, topic), batchSize, window, polling });
    }
  }

  #feedQueue(reader: OffbeatFunction, source: FromQueue): void {
    const { queue, batchSize } = source;
    if (queue === 'attempts') {
      this.attempts?.feed(reader, source);
      return;
    }
    reader.addEventSource(
      new SqsEventSource(this.#props.fanOut.queue, { batchSize, reportBatchItemFailures: true, maxConcurrency: 10 }),
    );
  }
}

/** Returns the references of receivers to secrets, without their prefix. */
function secretNames(receivers: readonly Receiver[]): readonly string[] {
  const references = receivers.flatMap((receiver) => receiverFacts(receiver).secrets);
  return references.map((reference) => reference.slice(secretsManagerPrefix.length));
}
