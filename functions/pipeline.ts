import { createAlert } from './alert/handler.ts';
import { createDetect } from './detect/handler.ts';
import { createNormalise } from './normalise/handler.ts';
import { createNotify } from './notify/handler.ts';
import { createPersistAttempts } from './persist/attempts.ts';
import { createPersist } from './persist/handler.ts';
import { createPublish } from './publish/handler.ts';
import type { KafkaHandler } from './shared/handler/kafka-handler.ts';
import type { QueueHandler } from './shared/handler/queue-handler.ts';
import { type Topic, topics } from './shared/log/topics.ts';
import type { Ports } from './shared/ports/index.ts';

interface StageBase {
  readonly name: string;
  /** Records or messages an invocation gets at most. */
  readonly batchSize: number;
  /** How long the poller gathers before it invokes with less. */
  readonly windowMs: number;
}

/** The queues of the flow: alerts on their way to receivers, and attempts on their way to the warehouse. */
export type QueueName = 'alerts' | 'attempts';

/** A stage fed by topics, as its own consumer group. */
export interface TopicStage extends StageBase {
  readonly source: { readonly kind: 'topics'; readonly topics: readonly Topic[] };
  create(ports: Ports): KafkaHandler;
}

/** A stage fed by a queue. One that shares its name with a stage of topics is the same function's second source. */
export interface QueueStage extends StageBase {
  readonly source: { readonly kind: 'queue'; readonly queue: QueueName };
  create(ports: Ports): QueueHandler;
}

export type Stage = TopicStage | QueueStage;

/** The flow, in running order. The embedded run, the acceptance tests and the deployment all run this list. */
export const pipeline: readonly Stage[] = [
  fromTopics('normalise', [topics.beats], createNormalise),
  fromTopics('detect', [topics.samples], createDetect),
  fromTopics('alert', [topics.signals], createAlert),
  fromTopics('publish', [topics.alerts], createPublish),
  { name: 'notify', source: { kind: 'queue', queue: 'alerts' }, batchSize: 10, windowMs: 0, create: createNotify },
  fromTopics('persist', [topics.samples, topics.summaries, topics.signals, topics.alerts], createPersist),
  {
    name: 'persist',
    source: { kind: 'queue', queue: 'attempts' },
    batchSize: 100,
    windowMs: 10_000,
    create: createPersistAttempts,
  },
];

/** Those of the flow that topics feed, and what each reads, in running order. */
export const stagesOfTopics = pipeline.flatMap(({ name, source }) =>
  source.kind === 'topics' ? [{ stage: name, topics: source.topics }] : [],
);

function fromTopics(name: string, from: readonly Topic[], create: (ports: Ports) => KafkaHandler): TopicStage {
  return { name, source: { kind: 'topics', topics: from }, batchSize: 10_000, windowMs: 500, create };
}
