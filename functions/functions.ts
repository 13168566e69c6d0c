import type { FromTopics, FunctionRow, Need, Source } from './function-row.ts';
import { hourMs, minuteMs, secondMs } from './shared/domain/durations.ts';
import { type Topic, topics } from './shared/log/topics.ts';

/*
 * The manifest of functions: a row for each Lambda function. Bundles, stages, permissions, schedules, alarms, the
 * embedded run, the cost model and the tables of docs/ are made from it. It imports no handler; `pipeline.ts` joins rows
 * with handlers.
 */

/** Megabytes of memory that hold a worker's share of a million series (docs/scale.md). */
export const workerMemoryMb = 1024;

/** Returns a source of topics with the largest batches that Lambda allows, and the shortest window. */
const batchesOf = (...read: Topic[]) =>
  ({ kind: 'topics', topics: read, batchSize: 10_000, windowMs: 500 }) satisfies FromTopics;

const rows = {
  normalise: {
    description: 'Turns beats into samples, and append times into ticks.',
    sources: [batchesOf(topics.beats)],
    appendsTo: [topics.samples, topics.deadLetters],
    needs: ['ledger.guard'],
    remembers: 'how far it has read',
    memoryMb: workerMemoryMb,
    timeoutSeconds: 60,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  detect: {
    description: 'Learns a baseline for each series, and reports anomalies and minute summaries.',
    sources: [batchesOf(topics.samples)],
    appendsTo: [topics.summaries, topics.signals, topics.deadLetters],
    needs: ['ledger.run'],
    remembers: 'a baseline for each series',
    memoryMb: workerMemoryMb,
    timeoutSeconds: 60,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  alert: {
    description: 'Groups anomalies into alerts, and applies silences and the commands of operators.',
    sources: [batchesOf(topics.signals)],
    appendsTo: [topics.alerts, topics.deadLetters],
    needs: ['ledger.run'],
    remembers: 'open alerts, silences, anomalies that wait',
    memoryMb: workerMemoryMb,
    timeoutSeconds: 60,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  // Outside the VPC: the pollers read the topic for it (docs/decisions/0037-publish-outside-the-vpc.md).
  publish: {
    description: 'Publishes alerts to SNS.',
    sources: [batchesOf(topics.alerts)],
    appendsTo: [],
    needs: ['deliveries.settle', 'alerts.publish', 'alerts.reject'],
    remembers: 'deliveries',
    memoryMb: workerMemoryMb,
    timeoutSeconds: 60,
    isEmbedded: true,
  },
  // Outside the VPC: it alone sends requests to addresses that people choose, and it can reach nothing that is inside.
  notify: {
    description: 'Sends alerts to webhooks.',
    sources: [{ kind: 'queue', queue: 'alerts', batchSize: 10, windowMs: 0 }],
    appendsTo: [],
    needs: ['deliveries.settle', 'alerts.receive', 'attempts.send', 'receivers.secrets'],
    remembers: 'deliveries',
    memoryMb: 512,
    timeoutSeconds: 60,
    isEmbedded: true,
  },
  persist: {
    description: 'Writes samples, summaries, anomalies, alerts, delivery attempts and the inventory to the warehouse.',
    sources: [
      batchesOf(topics.samples, topics.summaries, topics.signals, topics.alerts),
      { kind: 'queue', queue: 'attempts', batchSize: 100, windowMs: 10_000 },
    ],
    appendsTo: [topics.deadLetters],
    needs: ['warehouse.write'],
    memoryMb: workerMemoryMb,
    timeoutSeconds: 60,
    securityGroup: 'stages',
    isEmbedded: true,
    servesWarehouse: true,
  },
  heartbeat: {
    description: 'Appends a heartbeat to every partition of beats, so that time advances where no beats are shipped.',
    // Messages that gathered during an outage make few appends.
    sources: [{ kind: 'heartbeats', batchSize: 10 }],
    appendsTo: [topics.beats],
    needs: [],
    // It appends a handful of empty records, and mostly waits for the brokers.
    memoryMb: 256,
    // Longer than an append may last, so that the error of the append is reported and not a time-out.
    timeoutSeconds: 30,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  collect: {
    description: 'Asks storages, Kafka and OpenSearch of the settings; appends documents, also handed-over ones.',
    // One target, so that a slow one delays no other.
    sources: [
      { kind: 'collections', batchSize: 1 },
      { kind: 'documents', batchSize: 1 },
    ],
    appendsTo: [topics.beats],
    needs: ['targets.secrets'],
    remembers: 'the last offsets of Kafka clusters',
    // The answers of the largest cluster that is read, and its documents.
    memoryMb: workerMemoryMb,
    // A minute, the longest collection, and the append.
    timeoutSeconds: 90,
    securityGroup: 'stages',
    isEmbedded: true,
    servesTargets: 'any',
  },
  // Outside the VPC: in one without NAT there is no way to MSK's control plane, and one to CloudWatch costs an endpoint.
  'collect-account': {
    description: 'Asks AWS about the MSK clusters, queues and topics of the settings, and hands documents to collect.',
    sources: [{ kind: 'collections', batchSize: 1 }],
    appendsTo: [],
    needs: ['targets.account', 'documents.send'],
    remembers: 'the last period of CloudWatch that it has read',
    memoryMb: 512,
    timeoutSeconds: 90,
    isEmbedded: false,
    servesTargets: 'account',
  },
  sweep: {
    description: 'Finishes pending transactions, and deletes objects that no ledger item names.',
    sources: [{ kind: 'schedule', everyMs: minuteMs, retries: 2 }],
    appendsTo: [topics.summaries, topics.signals, topics.alerts, topics.deadLetters],
    needs: ['ledger.collect'],
    memoryMb: workerMemoryMb,
    // Once an hour it lists past the delete markers of all days that can be restored. The next sweep does not wait.
    timeoutSeconds: 300,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  'self-check': {
    description: 'Sends a canary, and reports the ages of stages and pending transactions, and the status of Offbeat.',
    // A late run would report the ages of a later minute.
    sources: [{ kind: 'schedule', everyMs: minuteMs, retries: 0 }],
    appendsTo: [topics.beats],
    counts: [topics.deadLetters],
    // The canary, which is looked for in the warehouse, and the status, which is read there.
    appendsForWarehouse: true,
    needs: ['ledger.inspect', 'warehouse.search'],
    needsWithWarehouse: ['deliveries.inspect'],
    remembers: 'that no delivery waits, for five minutes',
    memoryMb: 512,
    timeoutSeconds: 60,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  api: {
    description: 'Serves the HTTP API.',
    sources: [{ kind: 'http' }],
    appendsTo: [topics.signals],
    needs: ['ledger.inspect', 'alerts.inspect', 'deliveries.inspect', 'warehouse.search'],
    memoryMb: workerMemoryMb,
    timeoutSeconds: 30,
    securityGroup: 'stages',
    isEmbedded: true,
  },
  // Outside the VPC: it asks the user pool, and nothing inside.
  page: {
    description: 'Serves the page, and exchanges the codes by which people sign in.',
    sources: [{ kind: 'page' }],
    appendsTo: [],
    needs: [],
    memoryMb: 512,
    // Longer than the user pool may take to answer, so that the page gets an answer with a reason.
    timeoutSeconds: 15,
    isEmbedded: false,
    servesPage: true,
  },
  aggregate: {
    description: 'Rolls minute summaries up into hours, and cleans the inventory.',
    sources: [{ kind: 'schedule', everyMs: hourMs, retries: 2 }],
    appendsTo: [],
    needs: ['warehouse.write', 'warehouse.search'],
    memoryMb: workerMemoryMb,
    timeoutSeconds: 300,
    securityGroup: 'stages',
    isEmbedded: true,
    servesWarehouse: true,
  },
  'set-up-warehouse': {
    description: 'Defines indices, their life cycles, dashboards and roles in the warehouse.',
    sources: [{ kind: 'deployment' }],
    appendsTo: [],
    needs: ['warehouse.setUp'],
    memoryMb: 512,
    timeoutSeconds: 300,
    securityGroup: 'stages',
    isEmbedded: true,
    servesWarehouse: true,
  },
  'set-up-kafka': {
    description: 'Creates the topics on existing brokers that no other deployment uses, or the ACLs of the shippers.',
    sources: [{ kind: 'deployment' }],
    appendsTo: [],
    needs: [],
    memoryMb: 256,
    // A minute for a try, beside the waits for its permissions and for groups without members.
    timeoutSeconds: 300,
    securityGroup: 'stages',
    isEmbedded: false,
  },
  'look-up-brokers': {
    description: 'Looks up the broker addresses of the MSK cluster.',
    sources: [{ kind: 'deployment' }],
    appendsTo: [],
    needs: [],
    memoryMb: 256,
    // A minute for a try, beside the wait for its permissions.
    timeoutSeconds: 180,
    isEmbedded: false,
  },
  'set-up-service-role': {
    description: 'Creates the role by which OpenSearch Service puts its domain into the VPC, unless it exists.',
    sources: [{ kind: 'deployment' }],
    appendsTo: [],
    needs: [],
    memoryMb: 256,
    // A minute longer than it waits for IAM, and for its permissions.
    timeoutSeconds: 420,
    isEmbedded: false,
    servesWarehouse: true,
  },
} as const satisfies Readonly<Record<string, FunctionRow>>;

type Rows = typeof rows;
/** Names of functions, which are the names of their folders. */
export type FunctionName = keyof Rows;
/** Names of the functions that a source of one kind invokes. */
export type FunctionNameFedBy<Kind extends Source['kind']> = {
  [Name in FunctionName]: Extract<Rows[Name]['sources'][number], { kind: Kind }> extends never ? never : Name;
}[FunctionName];
/** Names of the functions that the embedded run has too. */
export type EmbeddedFunctionName = {
  [Name in FunctionName]: Rows[Name]['isEmbedded'] extends true ? Name : never;
}[FunctionName];
/** Names of the functions that the embedded run invokes beside its stages. */
export type FunctionBesideStages = Exclude<EmbeddedFunctionName, FunctionNameFedBy<'topics' | 'queue'>>;

/** Every function by its name; the stages come first, in running order. */
export const functions: Readonly<Record<FunctionName, FunctionRow>> = rows;
export const functionNames = Object.keys(rows) as readonly FunctionName[];

/** Returns the sources of one kind that invoke a function. */
export function sourcesOf<Kind extends Source['kind']>(name: FunctionName, kind: Kind) {
  const isOfKind = (source: Source): source is Extract<Source, { kind: Kind }> => source.kind === kind;
  return functions[name].sources.filter(isOfKind);
}

/** Returns the functions that a source of one of the given kinds invokes, in the order of the manifest. */
export function functionsFedBy(...kinds: readonly Source['kind'][]): readonly FunctionName[] {
  return functionNames.filter((name) => functions[name].sources.some(({ kind }) => kinds.includes(kind)));
}

/** Returns the functions with one of the given needs, in the order of the manifest. */
export function functionsThatNeed(...needs: readonly Need[]): readonly FunctionName[] {
  return functionNames.filter((name) => needsOf(name, true).some((need) => needs.includes(need)));
}

/** Returns the needs of a function in a deployment with or without a warehouse. */
export function needsOf(name: FunctionName, hasWarehouse: boolean): readonly Need[] {
  const { needs, needsWithWarehouse = [] } = functions[name];
  return hasWarehouse ? [...needs, ...needsWithWarehouse] : needs;
}

/**
 * Names of the stages that advance ledger items, and so have one writer for each partition: two invocations at one
 * partition would only fence each other.
 */
export const ledgerStages = functionsThatNeed('ledger.guard', 'ledger.run');

/** The stages that topics feed, and the topics that each reads, in running order. */
export const stagesOfTopics = functionsFedBy('topics').map((stage) => ({
  stage,
  topics: sourcesOf(stage, 'topics').flatMap((source) => source.topics),
}));

/**
 * Returns the consumer group by which a stage reads a topic.
 * @example
 * consumerGroupOf('detect', 'offbeat.samples'); // => 'offbeat-detect'
 * @example
 * consumerGroupOf('persist', 'offbeat.samples'); // => 'offbeat-persist-samples'
 */
export function consumerGroupOf(stage: FunctionName, topic: Topic): string {
  const read = sourcesOf(stage, 'topics').flatMap((source) => source.topics);
  return read.length === 1 ? `offbeat-${stage}` : `offbeat-${stage}-${topic.replace('offbeat.', '')}`;
}

/** Returns how long a function may run, in ms. */
export const timeoutMsOf = (name: FunctionName): number => functions[name].timeoutSeconds * secondMs;
