import { createAlert } from './alert/handler.ts';
import { createDetect } from './detect/handler.ts';
import type { FromQueue, FromTopics } from './function-row.ts';
import { type FunctionName, type FunctionNameFedBy, functionsFedBy, sourcesOf } from './functions.ts';
import { createNormalise } from './normalise/handler.ts';
import { createNotify } from './notify/handler.ts';
import { createPersistAttempts } from './persist/attempts.ts';
import { createPersist } from './persist/handler.ts';
import { createPublish } from './publish/handler.ts';
import type { KafkaHandler } from './shared/handler/kafka-handler.ts';
import type { QueueHandler } from './shared/handler/queue-handler.ts';
import type { Ports } from './shared/ports/index.ts';

type FedByTopics = FunctionNameFedBy<'topics'>;
type FedByQueue = FunctionNameFedBy<'queue'>;

/** The handler of each stage that topics feed. A stage of the manifest that has none here is a type error. */
const topicHandlers: Readonly<Record<FedByTopics, (ports: Ports) => KafkaHandler>> = {
  normalise: createNormalise,
  detect: createDetect,
  alert: createAlert,
  publish: (ports) => createPublish({ ...ports, deadLetters: ports.eventLog }),
  persist: createPersist,
};

/** The handler of each stage that a queue feeds. */
const queueHandlers: Readonly<Record<FedByQueue, (ports: Ports) => QueueHandler>> = {
  notify: createNotify,
  persist: createPersistAttempts,
};

interface StageBase {
  readonly name: FunctionName;
  /** Records or messages that an invocation gets at most. */
  readonly batchSize: number;
  /** Milliseconds for which the poller gathers before it invokes with fewer. */
  readonly windowMs: number;
}

/** A stage that topics feed, each through a consumer group. */
export interface TopicStage extends StageBase {
  readonly source: FromTopics;
  create(ports: Ports): KafkaHandler;
}

/** A stage that a queue feeds. One that shares its name with a stage of topics is a second source of the same function. */
export interface QueueStage extends StageBase {
  readonly source: FromQueue;
  create(ports: Ports): QueueHandler;
}

export type Stage = TopicStage | QueueStage;

/** The stages of the manifest in running order, one for each source, with their handlers. */
export const pipeline: readonly Stage[] = functionsFedBy('topics', 'queue').flatMap((name): Stage[] => [
  ...sourcesOf(name, 'topics').map((source) => {
    const { batchSize, windowMs } = source;
    return { name, source, batchSize, windowMs, create: topicHandlers[name as FedByTopics] };
  }),
  ...sourcesOf(name, 'queue').map((source) => {
    const { batchSize, windowMs } = source;
    return { name, source, batchSize, windowMs, create: queueHandlers[name as FedByQueue] };
  }),
]);
