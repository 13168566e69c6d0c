import type { Health } from '../functions/api/health.ts';
import type { QueueName } from '../functions/function-row.ts';
import { stagesOfTopics } from '../functions/functions.ts';
import type { SetUpReport } from '../functions/set-up-warehouse/set-up.ts';
import { embeddedSecrets } from '../functions/shared/adapters/secrets/embedded.ts';
import { UnavailableError, UsageError } from '../functions/shared/domain/errors.ts';
import { type AwsService, endpointVariable } from '../functions/shared/environment/aws-endpoints.ts';
import { kafkaBrokers, openSearchUrl } from '../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';
import type { Layout } from '../functions/shared/log/layout.ts';
import type { BulkLog } from '../functions/shared/ports/bulk-log.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import type { RecordCounts } from '../functions/shared/ports/event-log.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { DeadMessages } from '../functions/shared/ports/message-queue.ts';
import type { ReplayLog } from '../functions/shared/ports/replay-log.ts';
import type { Secrets } from '../functions/shared/ports/secrets.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';
import { bulkLogOverEventLog } from './bulk/bulk-log-over-event-log.ts';
import { type StageBroker, soleReader } from './lambda/stage-broker.ts';
import type { ReadQueue } from './lambda/stages.ts';
import { type ReadLog, storedDeadMessages, storedLog } from './redrive/read-dead-letters.ts';
import { replayLogOverEventLog } from './replay/replay-log-over-event-log.ts';
import type { Store, Totals } from './sqlite/store.ts';

/** The event log, its readers, and what is built on them. */
type LogBackend = Pick<Ports, 'eventLog' | 'layout'> & {
  readonly counts: RecordCounts;
  readonly broker: StageBroker;
  readonly replays: ReplayLog;
  readonly bulkLog: BulkLog;
  readonly readLog: ReadLog;
};
/** The items that decide: of stages, deliveries and receivers. */
type DecisionBackend = Pick<Ports, 'ledger' | 'deliveries' | 'receivers'>;
/** The way of an alert from the topic over the queue to notify, and of attempts to persist. */
type FanOutBackend = Pick<Ports, 'publisher' | 'queue' | 'attempts'> & {
  readonly queues: Readonly<Record<QueueName, ReadQueue>>;
  readonly deadMessages: DeadMessages;
};
/** The warehouse, with its set-up. */
type WarehouseBackend = Pick<Ports, 'warehouse'> & {
  /** Sets the warehouse up for this release. The store needs no set-up besides its opening. */
  setUpWarehouse(): Promise<SetUpReport>;
  /** Returns whether the warehouse was set up in this run: not if it has not answered so far. */
  isWarehouseSetUp(): boolean;
};
type AllBackends = LogBackend & DecisionBackend & FanOutBackend & WarehouseBackend & Pick<Ports, 'objects' | 'secrets'>;

/**
 * The implementations of the ports: one SQLite file, or the real servers that the environment names. Each server replaces
 * its part of the file.
 */
export interface Backends extends AllBackends {
  /** Each port with its implementation: `{ eventLog: 'Kafka at 127.0.0.1:9092', ledger: 'SQLite', … }`. */
  readonly uses: Health['uses'];
  /** Returns the counts over the whole life of the store, of those parts only that the store keeps. */
  totals(): Partial<Totals>;
  /** Closes the connections to servers. The caller closes the store. */
  close(): Promise<void>;
}

export interface BackendsOptions {
  readonly env: Environment;
  readonly store: Store;
  /** The layout of the store. */
  readonly layout: Layout;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

type Uses = Record<'eventLog' | 'ledger' | 'objects' | 'warehouse' | 'publisher', string>;

/** The values that each function needs that opens a backend. */
interface Opening extends BackendsOptions {
  readonly secrets: Secrets;
  readonly uses: Uses;
  /** Closes the connections that are open, the last one first. */
  readonly opened: AsyncDisposableStack;
}

const sqlite = 'SQLite';

/**
 * Connects to every server that the environment names, and makes what is missing there: topics, tables, bucket, index
 * templates.
 * @throws {UnavailableError} with one line that names the variable, if a server does not answer or refuses the
 *   credentials. A warehouse that this store was used with before may be away.
 * @throws {UsageError} if a variable is wrong
 */
export async function openBackends(options: BackendsOptions): Promise<Backends> {
  await using opened = new AsyncDisposableStack();
  const secrets = await openSecrets(options.env);
  const uses: Uses = { eventLog: sqlite, ledger: sqlite, objects: sqlite, warehouse: sqlite, publisher: sqlite };
  const opening = { ...options, secrets, uses, opened };
  const backends = {
    secrets,
    ...(await openLog(opening)),
    ...(await openDecisions(opening)),
    ...(await openObjects(opening)),
    ...(await openWarehouse(opening)),
    ...(await openFanOut(opening)),
  };
  const kept = opened.move();
  return { ...backends, uses, totals: () => totalsOf(options.store, uses), close: () => kept.disposeAsync() };
}

function totalsOf(store: Store, uses: Uses): Partial<Totals> {
  const { documents, deadLetters, ...ofWarehouse } = store.totals();
  return {
    ...(uses.eventLog === sqlite ? { documents, deadLetters } : {}),
    ...(uses.warehouse === sqlite ? ofWarehouse : {}),
  };
}

/** Opens the secrets. A server's module is loaded only if the server is named, because it loads the AWS SDK. */
async function openSecrets(env: Environment): Promise<Secrets> {
  if (!isNamed(env, 'SECRETS_MANAGER')) return embeddedSecrets(process.env);
  const { connectSecrets } = await import('../functions/shared/adapters/secrets/connect.ts');
  return connectSecrets({ ...process.env, ...env });
}

async function openLog({ env, store, layout, telemetry, secrets, uses, opened }: Opening): Promise<LogBackend> {
  if (optional(env, kafkaBrokers) === undefined) {
    const allPartitions = (stage: string) =>
      (stagesOfTopics.find((one) => one.stage === stage)?.topics ?? []).flatMap((topic) =>
        Array.from({ length: layout.partitions[topic] }, (_, partition) => ({ topic, partition })),
      );
    const { eventLog, replays, bulkLog } = store;
    const broker = soleReader(store.broker, allPartitions);
    return { eventLog, counts: eventLog, layout, replays, bulkLog, broker, readLog: storedLog(store.broker) };
  }
  const { openKafka } = await import('./servers/kafka.ts');
  const kafka = await openKafka({ env, secrets, telemetry, soleReaderBecause: soleReaderBecause(env) });
  opened.defer(() => kafka.eventLog.close());
  opened.defer(() => kafka.broker.close());
  opened.defer(() => kafka.reader.close());
  uses.eventLog = `Kafka at ${kafka.address}`;
  const { eventLog, broker, layout: ofTopics, reader } = kafka;
  const replays = replayLogOverEventLog(eventLog, store.replays);
  const bulkLog = bulkLogOverEventLog(eventLog, store.bulkIdentities, telemetry);
  return {
    eventLog,
    counts: eventLog,
    broker,
    layout: ofTopics,
    replays,
    bulkLog,
    readLog: (...from) => reader.read(...from),
  };
}

/** Returns why only one process may read, as the end of a sentence: processes can share only what is on a server. */
function soleReaderBecause(env: Environment): string | undefined {
  const here = (['DYNAMODB', 'S3'] as const).filter((service) => !isNamed(env, service));
  if (here.length === 0) return undefined;
  return `without ${here.map(endpointVariable).join(' and ')} only one process may, because it keeps the rest of its state in its own file`;
}

async function openDecisions({ env, store, uses, opened }: Opening): Promise<DecisionBackend> {
  if (!isNamed(env, 'DYNAMODB')) {
    const { ledger, deliveries, receivers } = store;
    return { ledger, deliveries, receivers };
  }
  const { openTables } = await import('./servers/dynamodb.ts');
  const { ledger, deliveries, receivers, close } = await openTables(env);
  opened.defer(close);
  uses.ledger = `DynamoDB at ${env[endpointVariable('DYNAMODB')]}`;
  return { ledger, deliveries, receivers };
}

async function openObjects({ env, store, uses, opened }: Opening): Promise<Pick<Ports, 'objects'>> {
  if (!isNamed(env, 'S3')) return { objects: store.objects };
  const s3 = await import('./servers/s3.ts');
  const { objects, close } = await s3.openObjects(env);
  opened.defer(close);
  uses.objects = `S3 at ${env[endpointVariable('S3')]}`;
  return { objects };
}

async function openWarehouse(opening: Opening): Promise<WarehouseBackend> {
  const { env, store, secrets, clock, telemetry, uses, opened } = opening;
  if (optional(env, openSearchUrl) === undefined) {
    const setUpWarehouse = async () => ({ steps: [] });
    return { warehouse: store.warehouse, setUpWarehouse, isWarehouseSetUp: () => true };
  }
  const { openOpenSearch } = await import('./servers/opensearch.ts');
  const { warehouse, setUp, address, close } = await openOpenSearch(env, secrets, clock);
  opened.defer(close);
  uses.warehouse = `OpenSearch at ${address}`;
  let isSetUp = false;
  const setUpWarehouse = async () => {
    const report = await setUp();
    isSetUp = true;
    store.knownWarehouses.add(address);
    warnOfMissing(report, telemetry);
    return report;
  };
  try {
    await setUpWarehouse();
  } catch (error) {
    // An address that worked before is right: the warehouse is away. That delays documents, and never a page.
    if (!(error instanceof UnavailableError) || !store.knownWarehouses.has(address)) throw error;
    telemetry.warn(
      `the warehouse does not answer; pages are still sent, and documents are written once it answers: ${error.message}`,
    );
  }
  return { warehouse, setUpWarehouse, isWarehouseSetUp: () => isSetUp };
}

function warnOfMissing({ steps }: SetUpReport, telemetry: Telemetry): void {
  const missing = new Set(steps.filter(({ outcome }) => outcome === 'not available').map(({ step }) => step));
  if (missing.has('lifecycle policy')) {
    telemetry.warn(`${openSearchUrl}: the server has no lifecycle plugin: delete old indices yourself`);
  }
  if (missing.has('dashboards'))
    telemetry.warn(`${openSearchUrl}: the server has no OpenSearch Dashboards: no dashboards were saved`);
}

async function openFanOut({ env, store, uses, opened }: Opening): Promise<FanOutBackend> {
  if (!isNamed(env, 'SNS')) {
    if (isNamed(env, 'SQS')) throw new UsageError(`${endpointVariable('SQS')}: set ${endpointVariable('SNS')} as well`);
    const { publisher, queue, queueGauge, attempts } = store;
    const queues = {
      alerts: { source: queue, gauge: queueGauge },
      attempts: { source: attempts, gauge: attempts },
    };
    return { publisher, queue, attempts, queues, deadMessages: storedDeadMessages(queue) };
  }
  const { openAlertTopic } = await import('./servers/alert-topic.ts');
  const { close, ...fanOut } = await openAlertTopic(env);
  opened.defer(close);
  uses.publisher = `SNS at ${env[endpointVariable('SNS')]}`;
  return fanOut;
}

/** Returns the variables that name a server. Each of these servers keeps a part of the state in place of the store. */
export function namedServers(env: Environment): readonly string[] {
  const services = ['DYNAMODB', 'S3', 'SNS', 'SQS'] as const;
  const variables = [kafkaBrokers, openSearchUrl, ...services.map(endpointVariable)];
  return variables.filter((variable) => optional(env, variable) !== undefined);
}

const isNamed = (env: Environment, service: AwsService): boolean =>
  optional(env, endpointVariable(service)) !== undefined;

/** Returns the ports that these backends implement: all but settings, telemetry and clock. */
export function portsOf(backends: Backends): Omit<Ports, 'settings' | 'telemetry' | 'clock'> {
  const { layout, eventLog, ledger, objects, warehouse, publisher, secrets } = backends;
  const { deliveries, receivers, queue, attempts } = backends;
  return { layout, eventLog, ledger, objects, warehouse, publisher, deliveries, receivers, queue, attempts, secrets };
}
