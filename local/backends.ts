import type { Health } from '../functions/api/health.ts';
import type { QueueName } from '../functions/function-row.ts';
import { stagesOfTopics } from '../functions/functions.ts';
import type { SetUpReport } from '../functions/set-up-warehouse/set-up.ts';
import { embeddedSecrets } from '../functions/shared/adapters/secrets/embedded.ts';
import { UnavailableError, UsageError } from '../functions/shared/domain/errors.ts';
import type { Layout } from '../functions/shared/domain/settings.ts';
import { type AwsService, endpointVariable } from '../functions/shared/environment/aws-endpoints.ts';
import { kafkaBrokers, openSearchUrl } from '../functions/shared/environment/server-variables.ts';
import { type Environment, optional } from '../functions/shared/environment/variables.ts';
import type { BulkLog } from '../functions/shared/ports/bulk-log.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { DeadMessages } from '../functions/shared/ports/message-queue.ts';
import type { ReplayLog } from '../functions/shared/ports/replay-log.ts';
import type { Secrets } from '../functions/shared/ports/secrets.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';
import { bulkThrough } from './bulk/bulk-through.ts';
import { type StageBroker, soleReader } from './lambda/stage-broker.ts';
import type { ReadQueue } from './lambda/stages.ts';
import { type ReadLog, storedDeadMessages, storedLog } from './redrive/read-dead-letters.ts';
import { replaysThrough } from './replay/replays-through.ts';
import type { Store, Totals } from './sqlite/store.ts';

type LogRoom = Pick<Ports, 'eventLog' | 'layout'> & {
  readonly broker: StageBroker;
  readonly replays: ReplayLog;
  readonly bulkLog: BulkLog;
  readonly readLog: ReadLog;
};
type DecisionRoom = Pick<Ports, 'ledger' | 'deliveries' | 'receivers'>;
type FanOutRoom = Pick<Ports, 'publisher' | 'queue' | 'attempts'> & {
  readonly queues: Readonly<Record<QueueName, ReadQueue>>;
  readonly deadMessages: DeadMessages;
};
type WarehouseRoom = Pick<Ports, 'warehouse'> & {
  /** Brings it up to this release; a store does that by itself, when it is opened. */
  setUpWarehouse(): Promise<SetUpReport>;
  /** Not yet, if it was away when it should have been. */
  isWarehouseSetUp(): boolean;
};
type Rooms = LogRoom & DecisionRoom & FanOutRoom & WarehouseRoom & Pick<Ports, 'objects' | 'secrets'>;

/** What stands behind the ports: one SQLite file, or the real servers that the environment names, each on its own. */
export interface Backends extends Rooms {
  /** By port, `{ eventLog: 'Kafka at 127.0.0.1:9092', ledger: 'SQLite', … }`. */
  readonly uses: Health['uses'];
  /** Over the store's whole life, of what lies in it; who keeps something elsewhere is asked there. */
  totals(): Partial<Totals>;
  /** Ends connections; the store is the caller's. */
  close(): Promise<void>;
}

export interface BackendsOptions {
  readonly env: Environment;
  readonly store: Store;
  /** Of the store. */
  readonly layout: Layout;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

type Uses = Record<'eventLog' | 'ledger' | 'objects' | 'warehouse' | 'publisher', string>;

/** What opening the rooms has in hand. */
interface Opening extends BackendsOptions {
  readonly secrets: Secrets;
  readonly uses: Uses;
  /** What to close, the last one first. */
  readonly opened: AsyncDisposableStack;
}

const sqlite = 'SQLite';

/**
 * Reaches every server that the environment names and makes there what is missing: topics, tables, bucket, index
 * templates.
 * @throws {UnavailableError} one line that names the variable, if one does not answer or refuses the credentials; a
 *   warehouse that this store was used with before may be away
 * @throws {UsageError} if a variable is wrong
 */
export async function openBackends(options: BackendsOptions): Promise<Backends> {
  await using opened = new AsyncDisposableStack();
  const secrets = await openSecrets(options.env);
  const uses: Uses = { eventLog: sqlite, ledger: sqlite, objects: sqlite, warehouse: sqlite, publisher: sqlite };
  const opening = { ...options, secrets, uses, opened };
  const rooms = {
    secrets,
    ...(await openLog(opening)),
    ...(await openDecisions(opening)),
    ...(await openObjects(opening)),
    ...(await openWarehouse(opening)),
    ...(await openFanOut(opening)),
  };
  const kept = opened.move();
  return { ...rooms, uses, totals: () => totalsOf(options.store, uses), close: () => kept.disposeAsync() };
}

function totalsOf(store: Store, uses: Uses): Partial<Totals> {
  const { documents, deadLetters, ...ofWarehouse } = store.totals();
  return {
    ...(uses.eventLog === sqlite ? { documents, deadLetters } : {}),
    ...(uses.warehouse === sqlite ? ofWarehouse : {}),
  };
}

/** The servers' modules are loaded only where they are named: they bring the AWS SDK along. */
async function openSecrets(env: Environment): Promise<Secrets> {
  if (!isNamed(env, 'SECRETS_MANAGER')) return embeddedSecrets(process.env);
  const { connectSecrets } = await import('../functions/shared/adapters/secrets/connect.ts');
  return connectSecrets({ ...process.env, ...env });
}

async function openLog({ env, store, layout, telemetry, secrets, uses, opened }: Opening): Promise<LogRoom> {
  if (optional(env, kafkaBrokers) === undefined) {
    const all = (stage: string) =>
      (stagesOfTopics.find((one) => one.stage === stage)?.topics ?? []).flatMap((topic) =>
        Array.from({ length: layout.partitions[topic] }, (_, partition) => ({ topic, partition })),
      );
    const { eventLog, replays, bulkLog } = store;
    const broker = soleReader(store.broker, all);
    return { eventLog, layout, replays, bulkLog, broker, readLog: storedLog(store.broker) };
  }
  const { openKafka } = await import('./servers/kafka.ts');
  const kafka = await openKafka({ env, secrets, telemetry, aloneBecause: aloneBecause(env) });
  opened.defer(() => kafka.eventLog.close());
  opened.defer(() => kafka.broker.close());
  opened.defer(() => kafka.reader.close());
  uses.eventLog = `Kafka at ${kafka.place}`;
  const { eventLog, broker, layout: ofTopics, reader } = kafka;
  const replays = replaysThrough(eventLog, store.replays);
  const bulkLog = bulkThrough(eventLog, store.bulkIdentities, telemetry);
  return { eventLog, broker, layout: ofTopics, replays, bulkLog, readLog: (...from) => reader.read(...from) };
}

/** What several processes share must lie where all of them reach it. */
function aloneBecause(env: Environment): string | undefined {
  const here = (['DYNAMODB', 'S3'] as const).filter((service) => !isNamed(env, service));
  if (here.length === 0) return undefined;
  return `without ${here.map(endpointVariable).join(' and ')} only one process may, because the rest of its state is a file of its own`;
}

async function openDecisions({ env, store, uses, opened }: Opening): Promise<DecisionRoom> {
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

async function openWarehouse(opening: Opening): Promise<WarehouseRoom> {
  const { env, store, secrets, clock, telemetry, uses, opened } = opening;
  if (optional(env, openSearchUrl) === undefined) {
    const setUpWarehouse = async () => ({ steps: [] });
    return { warehouse: store.warehouse, setUpWarehouse, isWarehouseSetUp: () => true };
  }
  const { openOpenSearch } = await import('./servers/opensearch.ts');
  const { warehouse, setUp, place, close } = await openOpenSearch(env, secrets, clock);
  opened.defer(close);
  uses.warehouse = `OpenSearch at ${place}`;
  let isSetUp = false;
  const setUpWarehouse = async () => {
    const report = await setUp();
    isSetUp = true;
    store.knownWarehouses.add(place);
    warnOfMissing(report, telemetry);
    return report;
  };
  try {
    await setUpWarehouse();
  } catch (error) {
    // One that was there before has the right address: it is away, and that delays the warehouse, never a page.
    if (!(error instanceof UnavailableError) || !store.knownWarehouses.has(place)) throw error;
    telemetry.warn(`the warehouse is away; pages go on, and it catches up: ${error.message}`);
  }
  return { warehouse, setUpWarehouse, isWarehouseSetUp: () => isSetUp };
}

function warnOfMissing({ steps }: SetUpReport, telemetry: Telemetry): void {
  const missing = new Set(steps.filter(({ outcome }) => outcome === 'not available').map(({ step }) => step));
  if (missing.has('lifecycle policy')) {
    telemetry.warn(`${openSearchUrl}: no lifecycle plugin there: delete old indices by hand`);
  }
  if (missing.has('dashboards')) telemetry.warn(`${openSearchUrl}: no OpenSearch Dashboards there: nothing saved`);
}

async function openFanOut({ env, store, uses, opened }: Opening): Promise<FanOutRoom> {
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
  const { close, ...room } = await openAlertTopic(env);
  opened.defer(close);
  uses.publisher = `SNS at ${env[endpointVariable('SNS')]}`;
  return room;
}

/** The variables that are set and name a server: each of them puts a part of what a run keeps beside the store. */
export function namedServers(env: Environment): readonly string[] {
  const services = ['DYNAMODB', 'S3', 'SNS', 'SQS'] as const;
  const variables = [kafkaBrokers, openSearchUrl, ...services.map(endpointVariable)];
  return variables.filter((variable) => optional(env, variable) !== undefined);
}

const isNamed = (env: Environment, service: AwsService): boolean =>
  optional(env, endpointVariable(service)) !== undefined;

/** The ports of a stage that stand on these backends; settings, telemetry and clock are the run's own. */
export function portsOf(backends: Backends): Omit<Ports, 'settings' | 'telemetry' | 'clock'> {
  const { layout, eventLog, ledger, objects, warehouse, publisher, secrets } = backends;
  const { deliveries, receivers, queue, attempts } = backends;
  return { layout, eventLog, ledger, objects, warehouse, publisher, deliveries, receivers, queue, attempts, secrets };
}
