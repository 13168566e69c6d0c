import type { SQSEvent } from 'aws-lambda';
import { type AggregateReport, createAggregate } from '../functions/aggregate/handler.ts';
import { commandRecord } from '../functions/api/command.ts';
import { type ApiHandler, createApi } from '../functions/api/handler.ts';
import type { Health } from '../functions/api/health.ts';
import type { FunctionBesideStages } from '../functions/functions.ts';
import { createHeartbeat } from '../functions/heartbeat/handler.ts';
import { createNormalise } from '../functions/normalise/handler.ts';
import { pipeline } from '../functions/pipeline.ts';
import { createSelfCheck } from '../functions/self-check/handler.ts';
import { UnavailableError, UsageError } from '../functions/shared/domain/errors.ts';
import { defaultLayout, type Layout, type Settings } from '../functions/shared/domain/settings.ts';
import type { Command } from '../functions/shared/domain/signal.ts';
import type { Environment } from '../functions/shared/environment/variables.ts';
import type { KafkaEvent } from '../functions/shared/log/kafka-event.ts';
import { beatRecord, heartbeatRecords } from '../functions/shared/log/live-records.ts';
import type { OutgoingRecord } from '../functions/shared/log/record.ts';
import type { BulkLog } from '../functions/shared/ports/bulk-log.ts';
import { type Clock, systemClock } from '../functions/shared/ports/clock.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';
import { createSweep, type SweepReport } from '../functions/sweep/handler.ts';
import { type Backends, namedServers, openBackends, portsOf } from './backends.ts';
import { timeOf } from './bulk/document-time.ts';
import { takeDataDir } from './data-dir.ts';
import { healthOf } from './health.ts';
import { invokedByHand } from './lambda/invoked-by-hand.ts';
import { lambdaContext } from './lambda/lambda-context.ts';
import { Poller } from './lambda/poller.ts';
import { type OpenStage, openStage } from './lambda/stages.ts';
import { MemoryTelemetry } from './memory-telemetry.ts';
import { type ReplayOptions, type ReplayReport, replayFile } from './replay/replay.ts';
import { openStore, type Store } from './sqlite/store.ts';
import type { SteadyClock } from './steady-clock.ts';
import { teeTelemetry } from './tee-telemetry.ts';
import { noting, receiverLines } from './terminal/receiver-lines.ts';
import { sentenceOf, timedLine } from './terminal/terminal-line.ts';

export interface EmbeddedOptions {
  /** Where everything is kept; `undefined`: a throw-away directory, removed on close. */
  readonly dataDir: string | undefined;
  readonly settings: Settings;
  /** Partition counts of the store's own log. Fixed once a data directory was made with them. */
  readonly layout?: Layout;
  /** Names the real servers to use in place of the store (docs/on-premises.md). @default none */
  readonly env?: Environment;
  /** Gets what the terminal receiver prints, in whole blocks; standard output unless given. */
  readonly terminal?: (text: string) => void;
  readonly colours?: boolean;
  /** Flags that a command needs to ask this run: ` --port 8788`. Absent: none. */
  readonly commandFlags?: () => string;
  /** The command that sends again what was given up. @default `npx offbeat redrive --stage notify` */
  readonly redrive?: string;
  /** Gets warnings and errors, a sentence in a line each, with its time in front. */
  readonly log?: (line: string) => void;
  /** Is told all that the functions count and log too, besides what the run keeps of it itself. */
  readonly telemetry?: Telemetry;
  /** One that has doubts of its own is shown the time of each document of `append`. */
  readonly clock?: Clock & Partial<SteadyClock>;
  /** In place of every stage's own batching window. Ms. */
  readonly windowMs?: number;
  /** What the stages get instead of the store's own ports: where tests make calls fail. */
  readonly wrapPorts?: (ports: Ports) => Ports;
}

/**
 * The whole flow in one process: the functions of the pipeline over SQLite, or over real servers, fed as Lambda feeds
 * them.
 */
export interface Embedded {
  readonly store: Store;
  /** What stands behind each port. */
  readonly uses: Health['uses'];
  readonly ports: Ports;
  /** Where the documents of bulk requests go. */
  readonly bulkLog: BulkLog;
  readonly telemetry: MemoryTelemetry;
  readonly api: ApiHandler;
  /** Beside the stages: whatever a topic holds, and the queue's dead letters. */
  readonly putAside: Pick<Backends, 'readLog' | 'deadMessages'>;
  /** Works off everything. @see Poller.drain */
  drain(signal?: AbortSignal): Promise<void>;
  /**
   * Polls in the background until `stop`.
   * @throws what {@link StageBroker.join} does
   */
  start(signal?: AbortSignal): Promise<void>;
  /** Lets batches in flight finish and commit. */
  stop(): Promise<void>;
  /** Stops, and closes the store. */
  close(): Promise<void>;
  /** Moves live time on: one heartbeat on every partition of `beats`, dated by the log. */
  heartbeat(): Promise<void>;
  /** Documents to `beats`, keyed by their host's name. */
  append(documents: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Feeds a recording. Unless the poller runs in the background, works it off as it goes. */
  replay(options: Pick<ReplayOptions, 'file' | 'cluster' | 'signal' | 'reach'> & ReplayWatcher): Promise<ReplayReport>;
  command(command: Command): Promise<void>;
  /**
   * One Lambda invocation: a stage of the pipeline, `api`, `sweep`, `aggregate`, `heartbeat`, `self-check`
   * or `set-up-warehouse`.
   * @throws {UsageError} for any other name
   */
  invoke(name: string, event: unknown): Promise<unknown>;
  sweep(): Promise<SweepReport>;
  /** Minutes → hours. @param event `{}`: the last whole hours; `{ hour }`: that one */
  aggregate(event: unknown): Promise<readonly AggregateReport[]>;
  /** Makes up for a set-up at whose time the warehouse was away. */
  ensureWarehouse(): Promise<void>;
  health(): Promise<Health>;
  /** Records of `beats` that normalise has not read yet. */
  backlog(): number;
  /** Drops log records that every group has read and whose retention is over. */
  purge(): Promise<void>;
}

export interface ReplayWatcher {
  /** Called as lines are worked off. */
  readonly onProgress?: (lastLine: number) => void;
}

/**
 * Opens the embedded run, with nothing running yet.
 * @throws {UsageError} if another process uses the directory, or it was made with other partition counts
 * @throws {UnavailableError} if a server that the environment names does not answer or refuses the credentials
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { env = {}, layout = defaultLayout, clock = systemClock } = options;
  const log = (line: string): void => options.log?.(timedLine(line, clock));
  const memory = new MemoryTelemetry(log, sentenceOf);
  const telemetry = options.telemetry ? teeTelemetry(memory, options.telemetry) : memory;
  await using opened = new AsyncDisposableStack();
  const dataDir = takeDataDir(options.dataDir);
  opened.defer(() => dataDir.release());
  // Where a part lies elsewhere, a power cut must not take the store back behind it.
  const usual = namedServers(env).length > 0 ? 'on disk' : 'in order';
  const store = openStore(dataDir.storePath, layout, clock, usual);
  opened.defer(() => store.close());
  const backends = await openBackends({ env, store, layout, telemetry, clock });
  opened.defer(() => backends.close());
  return new EmbeddedRun(options, { store, backends, memory, telemetry, clock, log }, opened.move());
}

interface Parts {
  readonly store: Store;
  readonly backends: Backends;
  readonly memory: MemoryTelemetry;
  readonly telemetry: Telemetry;
  readonly clock: Clock & Partial<SteadyClock>;
  readonly log: (line: string) => void;
}

const choreTimeoutMs = 60_000;

class EmbeddedRun implements Embedded {
  readonly store: Store;
  readonly uses: Health['uses'];
  readonly ports: Ports;
  readonly bulkLog: BulkLog;
  readonly telemetry: MemoryTelemetry;
  readonly api: ApiHandler;
  readonly putAside: Pick<Backends, 'readLog' | 'deadMessages'>;
  readonly #opened: AsyncDisposableStack;
  readonly #backends: Backends;
  readonly #stages: readonly OpenStage[];
  readonly #poller: Poller;
  readonly #clock: Clock & Partial<SteadyClock>;
  #running = false;

  constructor(
    options: EmbeddedOptions,
    { store, backends, memory, telemetry, clock, log }: Parts,
    opened: AsyncDisposableStack,
  ) {
    this.store = store;
    this.uses = backends.uses;
    this.bulkLog = backends.bulkLog;
    this.#clock = clock;
    this.telemetry = memory;
    this.#backends = backends;
    this.putAside = backends;
    this.#opened = opened;
    const { terminal, colours, windowMs, commandFlags, redrive } = options;
    const attempts = noting(backends.attempts, receiverLines({ ...backends, redrive, clock, say: log }));
    const ports = { ...portsOf(backends), attempts, settings: options.settings, telemetry, clock };
    this.ports = options.wrapPorts?.(ports) ?? ports;
    const shown = { ...(terminal && { terminal }), ...(commandFlags && { commandFlags }) };
    const stagePorts = { ...this.ports, ...shown, ...(colours !== undefined && { colours }) };
    const { broker, queues } = backends;
    this.#stages = pipeline.map((stage) => openStage(stage, stagePorts, broker, queues, windowMs));
    this.#poller = new Poller(this.#stages, clock, telemetry, { isSettled: () => broker.isSettled() });
    this.api = createApi({ ...this.ports, health: () => this.health() });
  }

  async drain(signal?: AbortSignal): Promise<void> {
    await this.#backends.broker.join(signal);
    return this.#poller.drain(signal);
  }

  async start(signal?: AbortSignal): Promise<void> {
    this.#running = true;
    await this.#backends.broker.join(signal);
    this.#poller.start();
  }

  async stop(): Promise<void> {
    await this.#poller.stop();
    this.#running = false;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#opened.disposeAsync();
  }

  async heartbeat(): Promise<void> {
    await this.#append(heartbeatRecords(this.ports.layout));
  }

  async append(documents: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    for (const timeMs of documents.map(timeOf)) if (timeMs !== undefined) this.#clock.witness?.(timeMs);
    await this.#append(documents.map((document) => beatRecord(document, this.ports.layout)));
  }

  replay({ onProgress, ...options }: Parameters<Embedded['replay']>[0]): Promise<ReplayReport> {
    const { settings, layout, clock } = this.ports;
    return replayFile({
      ...options,
      settings,
      layout,
      log: this.#backends.replays,
      nowMs: clock.nowMs(),
      afterAppend: async (lastLine) => {
        if (!this.#running) await this.drain(options.signal);
        onProgress?.(lastLine);
      },
    });
  }

  async command(command: Command): Promise<void> {
    await this.#append([commandRecord(command, this.ports.layout)]);
  }

  invoke(name: string, event: unknown): Promise<unknown> {
    const beside: Readonly<Record<string, () => Promise<unknown>>> = {
      api: () => this.api(event as Parameters<ApiHandler>[0], this.#context(name)),
      normalise: () => createNormalise(invokedByHand(this.ports))(event as KafkaEvent, this.#context(name)),
      sweep: () => this.sweep(),
      aggregate: () => this.aggregate(event),
      heartbeat: () => createHeartbeat(this.ports)(event as SQSEvent, this.#context(name)),
      'self-check': () => createSelfCheck(this.ports)(event, this.#context(name)),
      'set-up-warehouse': () => this.#backends.setUpWarehouse(),
    } satisfies Readonly<Record<FunctionBesideStages | 'normalise', () => Promise<unknown>>>;
    const stage = this.#stages.find((open) => open.name === name && open.takes(event));
    const invoke = beside[name] ?? (stage && (() => stage.invoke(event)));
    if (invoke !== undefined) return invoke();
    const names = [...new Set([...this.#stages.map((open) => open.name), ...Object.keys(beside)])].join(', ');
    throw new UsageError(`no function "${name}"; expected one of ${names}`);
  }

  sweep(): Promise<SweepReport> {
    return createSweep(this.ports)({}, this.#context('sweep'));
  }

  aggregate(event: unknown): Promise<readonly AggregateReport[]> {
    return createAggregate(this.ports)(event, this.#context('aggregate'));
  }

  async ensureWarehouse(): Promise<void> {
    if (!this.#backends.isWarehouseSetUp()) await this.#backends.setUpWarehouse();
  }

  async health(): Promise<Health> {
    return {
      ...(await healthOf(this.#stages, this.ports)),
      totals: this.#backends.totals(),
      counts: this.telemetry.counts(),
      uses: this.uses,
    };
  }

  backlog(): number {
    const normalise = this.#stages.find(({ name }) => name === 'normalise');
    return (normalise?.lanes ?? []).reduce((sum, lane) => sum + lane.lagRecords, 0);
  }

  purge(): Promise<void> {
    return this.store.purge();
  }

  #context(name: string) {
    return lambdaContext(name, choreTimeoutMs, this.ports.clock);
  }

  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    const [refused] = await this.ports.eventLog.append(records);
    if (refused !== undefined) throw new UnavailableError(`a record was refused: ${refused.reason}`);
  }
}
