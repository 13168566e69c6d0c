import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pipeline, type QueueName, type TopicStage } from '../../functions/pipeline.ts';
import { type Receiver, receiverFacts } from '../../functions/shared/domain/receivers/registry.ts';
import { secretsManagerPrefix } from '../../functions/shared/domain/secret-reference.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { FunctionName } from '../bundle/bundle.ts';
import { Attempts } from './attempts.ts';
import type { FanOut } from './fan-out.ts';
import { type FunctionDefaults, OffbeatFunction, type OffbeatFunctionProps } from './function.ts';
import { type Kafka, type Polling, pollingWord } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import { grantWrite, type WarehouseAccess } from './warehouse.ts';

export interface StagesProps {
  readonly settings: Settings;
  readonly defaults: FunctionDefaults;
  readonly network: Network;
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  readonly fanOut: FanOut;
  readonly warehouse: WarehouseAccess;
  readonly polling: Polling;
  /** How long pollers gather. */
  readonly window: Duration;
  /** Whether stages that count by the ledger hold a share of the account's concurrency. */
  readonly reserveConcurrency: boolean;
}

/** What each stage sends; all but notify put aside what they cannot read. */
const sends: Readonly<Record<string, readonly Topic[]>> = {
  normalise: [topics.samples, topics.deadLetters],
  detect: [topics.summaries, topics.signals, topics.deadLetters],
  alert: [topics.alerts, topics.deadLetters],
  publish: [topics.deadLetters],
  persist: [topics.deadLetters],
};

const persistTimeout = Duration.seconds(60);

/** The flow, as `functions/pipeline.ts` lists it: a function a stage, and what feeds it. */
export class Stages extends Construct {
  readonly functions: ReadonlyMap<string, OffbeatFunction>;
  /** From notify to persist. */
  readonly attempts: Attempts;
  readonly #props: StagesProps;

  constructor(scope: Construct, id: string, props: StagesProps) {
    super(scope, id);
    this.#props = props;
    this.attempts = new Attempts(this, 'Attempts', { key: props.fanOut.key, persistTimeout });
    this.functions = new Map([
      ['normalise', this.#normalise()],
      ['detect', this.#detect()],
      ['alert', this.#alert()],
      ['publish', this.#publish()],
      ['notify', this.#notify()],
      ['persist', this.#persist()],
    ]);
    for (const stage of pipeline) if (isOfTopics(stage)) this.#feed(stage);
  }

  #normalise(): OffbeatFunction {
    const { ledger } = this.#props;
    const normalise = this.#runner('normalise', 'makes samples and ticks', topics.beats, ledger.guardEnvironment);
    ledger.grantGuard(normalise);
    return normalise;
  }

  #detect(): OffbeatFunction {
    return this.#stateful('detect', 'finds anomalies', topics.samples);
  }

  #alert(): OffbeatFunction {
    return this.#stateful('alert', 'makes alerts of anomalies', topics.signals);
  }

  #stateful(name: FunctionName, description: string, reads: Topic): OffbeatFunction {
    const { ledger } = this.#props;
    const stateful = this.#runner(name, description, reads, ledger.environment);
    ledger.grantRun(stateful);
    return stateful;
  }

  /**
   * One that counts by the ledger, where two at one partition only fence each other: as many at a time as there are
   * partitions, and one more for a partition that moves.
   */
  #runner(
    name: FunctionName,
    description: string,
    reads: Topic,
    environment: Readonly<Record<string, string>>,
  ): OffbeatFunction {
    const { kafka, reserveConcurrency } = this.#props;
    return this.#appender(name, description, {
      environment,
      ...(reserveConcurrency && { reservedConcurrency: kafka.partitions[reads] + 1 }),
    });
  }

  #publish(): OffbeatFunction {
    const { ledger, fanOut, network } = this.#props;
    const publish = this.#appender('publish', 'publishes alerts to SNS', {
      environment: { ...ledger.deliveriesEnvironment, OFFBEAT_ALERT_TOPIC_ARN: fanOut.topic.topicArn },
      place: network.placeOf(network.publish),
    });
    ledger.grantDeliver(publish);
    fanOut.grantPublish(publish);
    return publish;
  }

  /** Outside of the VPC: it alone talks to the internet, and it can reach nothing of what is inside. */
  #notify(): OffbeatFunction {
    const { ledger, fanOut, settings, defaults } = this.#props;
    const notify = new OffbeatFunction(this, 'notify', {
      ...defaults,
      name: 'notify',
      description: 'sends alerts to webhooks',
      memory: 512,
      timeout: fanOut.notifyTimeout,
      environment: {
        ...ledger.deliveriesEnvironment,
        OFFBEAT_QUEUE_URL: fanOut.queue.queueUrl,
        OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLetters.queueUrl,
        ...this.attempts.environment,
      },
    });
    ledger.grantDeliver(notify);
    fanOut.grantDeliver(notify);
    this.attempts.grantSend(notify);
    for (const name of secretNames(settings.receivers)) {
      secretOf(this, name).grantRead(notify);
    }
    notify.addEventSource(
      new SqsEventSource(fanOut.queue, {
        batchSize: batchSizeOf('alerts'),
        reportBatchItemFailures: true,
        maxConcurrency: 10,
      }),
    );
    return notify;
  }

  #persist(): OffbeatFunction {
    const { warehouse } = this.#props;
    const persist = this.#appender('persist', 'writes to the warehouse', {
      environment: warehouse.environment,
      timeout: persistTimeout,
    });
    grantWrite(warehouse, persist);
    this.attempts.feed(persist, batchSizeOf('attempts'));
    return persist;
  }

  #appender(name: FunctionName, description: string, props: Partial<OffbeatFunctionProps>): OffbeatFunction {
    const { defaults, network, kafka } = this.#props;
    const appender = new OffbeatFunction(this, name, {
      ...defaults,
      name,
      description,
      place: network.placeOf(network.stages),
      ...props,
      environment: { ...kafka.environment, OFFBEAT_POLLING: pollingWord(this.#props.polling), ...props.environment },
    });
    kafka.grantAppend(appender, sends[name]!);
    return appender;
  }

  #feed({ name, source, batchSize }: TopicStage): void {
    const { kafka, polling, window } = this.#props;
    const reader = this.functions.get(name)!;
    for (const topic of source.topics) {
      const groupId =
        source.topics.length === 1 ? `offbeat-${name}` : `offbeat-${name}-${topic.replace('offbeat.', '')}`;
      kafka.feed(reader, { topic, groupId, batchSize, window, polling });
    }
    reader.node.addDependency(kafka.isReady);
  }
}

/** What a stage takes of its queue at a time. */
function batchSizeOf(queue: QueueName): number {
  return pipeline.find(({ source }) => source.kind === 'queue' && source.queue === queue)!.batchSize;
}

const isOfTopics = (stage: (typeof pipeline)[number]): stage is TopicStage => stage.source.kind === 'topics';

/** The secrets that receivers name, each once. */
function secretNames(receivers: readonly Receiver[]): readonly string[] {
  const references = receivers.flatMap((receiver) => receiverFacts(receiver).secrets);
  return [...new Set(references.map((reference) => reference.slice(secretsManagerPrefix.length).split('#')[0]!))];
}

function secretOf(scope: Construct, name: string) {
  const id = `Secret-${name.replace(/[^\w-]/g, '-')}`;
  return name.startsWith('arn:')
    ? Secret.fromSecretCompleteArn(scope, id, name)
    : Secret.fromSecretNameV2(scope, id, name);
}
