import { type ApiHandler, createApi } from '../functions/api/handler.ts';
import type { Health } from '../functions/api/health.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import type { Environment } from '../functions/shared/environment/variables.ts';
import { defaultLayout, type Layout } from '../functions/shared/log/layout.ts';
import { type Clock, systemClock } from '../functions/shared/ports/clock.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';
import { type Backends, namedServers, openBackends, portsOf } from './backends.ts';
import { combineTelemetry } from './combined-telemetry.ts';
import { takeDataDir } from './data-dir.ts';
import { Flow } from './embedded/flow.ts';
import { invokeFunction } from './embedded/invoke-function.ts';
import { LiveInput } from './embedded/live-input.ts';
import { Upkeep } from './embedded/upkeep.ts';
import { healthOf } from './health.ts';
import { MemoryTelemetry } from './memory-telemetry.ts';
import { operationsOver } from './operations/operations.ts';
import { type ReplayOptions, type ReplayReport, replayFile } from './replay/replay.ts';
import { openStore, type Store } from './sqlite/store.ts';
import type { StepCheckedClock } from './step-checked-clock.ts';
import { DeadLetterLines, withDeadLetterLines } from './terminal/dead-letter-lines.ts';
import { receiverLines, withReceiverLines } from './terminal/receiver-lines.ts';
import { sentenceOf, timedLine } from './terminal/terminal-line.ts';

export interface EmbeddedOptions {
  /** The directory with all state. `undefined`: a temporary directory, which is removed on close. */
  readonly dataDir: string | undefined;
  readonly settings: Settings;
  /** The partition counts of the store's own log. They are fixed once a data directory was made with them. */
  readonly layout?: Layout;
  /**
   * The variables that name the real servers to use in place of the store (docs/on-premises.md).
   *
   * @default none
   */
  readonly env?: Environment;
  /**
   * Gets the text of the terminal receiver, in whole blocks.
   *
   * @default standard output
   */
  readonly terminal?: (text: string) => void;
  readonly colours?: boolean;
  /**
   * Returns the flags that a command needs to reach this run, such as ` --port 8788`.
   *
   * @default no flags
   */
  readonly commandFlags?: () => string;
  /**
   * The command that sends the messages again that were given up.
   *
   * @default 'npx offbeat redrive --stage notify'
   */
  readonly redrive?: string;
  /**
   * The command that lists dead letters.
   *
   * @default no line about a dead letter names a command
   */
  readonly listLetters?: string | undefined;
  /** Gets each warning and each error as one line that begins with its time. */
  readonly log?: (line: string) => void;
  /** Gets all counts, gauges and log lines of the functions, in addition to the run's own telemetry. */
  readonly telemetry?: Telemetry;
  /** The clock of the run. If it checks steps, it gets the time of each document of `append`. */
  readonly clock?: Clock & Partial<StepCheckedClock>;
  /**
   * Milliseconds that every stage gathers records for a batch.
   *
   * @default the window of each stage in `functions/pipeline.ts`
   */
  readonly windowMs?: number;
  /** Returns the ports that the stages get instead of the store's own: tests make calls fail here. */
  readonly wrapPorts?: (ports: Ports) => Ports;
}

/** The pollers of the run, as its callers control them. */
type Polling = Pick<Flow, 'drain' | 'start' | 'stop' | 'backlog'>;
type Input = Pick<LiveInput, 'append' | 'heartbeat' | 'command'>;

/**
 * The whole flow in one process: the functions of the pipeline over SQLite, or over real servers, fed as Lambda feeds
 * them.
 */
export interface Embedded extends Polling, Input {
  readonly store: Store;
  /** The store or the server behind each port. */
  readonly backends: Backends;
  /** The ports that the functions have. */
  readonly ports: Ports;
  readonly telemetry: MemoryTelemetry;
  readonly api: ApiHandler;
  readonly upkeep: Upkeep;
  /** Feeds a recording. Unless the stages are polled in the background, drains them after each append. */
  replay(options: ReplayInput): Promise<ReplayReport>;
  /** Invokes one function once. @see invokeFunction */
  invoke(name: string, event: unknown): Promise<unknown>;
  health(): Promise<Health>;
  /** Stops polling, and closes servers and store. */
  close(): Promise<void>;
}

export interface ReplayInput extends Pick<ReplayOptions, 'file' | 'cluster' | 'signal' | 'beforeTick'> {
  /** Gets the number of the last line that was handled, after each append. */
  readonly onProgress?: (lastLine: number) => void;
}

/**
 * Opens the embedded run. Nothing is polled before `start` or `drain`.
 * @throws {UsageError} if another process uses the directory, or it was made with other partition counts
 * @throws {UnavailableError} if a server that the environment names does not answer, or refuses the credentials
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { env = {}, layout = defaultLayout, clock = systemClock } = options;
  const log = (line: string): void => options.log?.(timedLine(line, clock));
  const memory = new MemoryTelemetry(log, sentenceOf);
  const telemetry = options.telemetry ? combineTelemetry(memory, options.telemetry) : memory;
  await using opened = new AsyncDisposableStack();
  const dataDir = takeDataDir(options.dataDir);
  opened.defer(() => dataDir.release());
  // If a server keeps a part of the state, a power cut must not leave the store older than that part.
  const usual = namedServers(env).length > 0 ? 'on disk' : 'in order';
  const store = openStore(dataDir.storePath, layout, clock, usual);
  opened.defer(() => store.close());
  const backends = await openBackends({ env, store, layout, telemetry, clock });
  opened.defer(() => backends.close());
  return assemble(options, { store, backends, memory, telemetry, clock, log }, opened.move());
}

interface OpenParts {
  readonly store: Store;
  readonly backends: Backends;
  readonly memory: MemoryTelemetry;
  readonly telemetry: Telemetry;
  readonly clock: Clock & Partial<StepCheckedClock>;
  readonly log: (line: string) => void;
}

function assemble(options: EmbeddedOptions, parts: OpenParts, opened: AsyncDisposableStack): Embedded {
  const { store, backends, memory, clock } = parts;
  const ports = openPorts(options, parts);
  const { settings, layout } = ports;
  const { broker, queues, setUpWarehouse, counts } = backends;
  const flow = new Flow({ ports: { ...ports, ...terminalOf(options) }, broker, queues, windowMs: options.windowMs });
  const input = new LiveInput(ports, clock);
  const upkeep = new Upkeep(ports, backends);
  const health = async (): Promise<Health> => ({
    ...(await healthOf(flow.stages, ports)),
    totals: backends.totals(),
    counts: memory.counts(),
    uses: backends.uses,
  });
  const operations = operationsOver({ ...ports, ...terminalOf(options) }, backends);
  const api = createApi({ ...ports, health, operations });
  return {
    store,
    backends,
    ports,
    telemetry: memory,
    api,
    upkeep,
    health,
    drain: (signal) => flow.drain(signal),
    start: (signal) => flow.start(signal),
    stop: () => flow.stop(),
    backlog: () => flow.backlog(),
    append: (documents) => input.append(documents),
    heartbeat: () => input.heartbeat(),
    command: (command) => input.command(command),
    replay: (input) => replayThrough(flow, { ...input, settings, layout, log: backends.replays, nowMs: clock.nowMs() }),
    invoke: (name, event) =>
      invokeFunction(name, event, { ports, stages: flow.stages, api, upkeep, setUpWarehouse, counts }),
    async close() {
      await flow.stop();
      await opened.disposeAsync();
    },
  };
}

function openPorts(options: EmbeddedOptions, { backends, telemetry, clock, log }: OpenParts): Ports {
  const lines = receiverLines({ ...backends, redrive: options.redrive, clock, print: log });
  const attempts = withReceiverLines(backends.attempts, lines);
  const letterLines = new DeadLetterLines({ print: log, clock, list: options.listLetters });
  const eventLog = withDeadLetterLines(backends.eventLog, letterLines);
  const ports = { ...portsOf(backends), eventLog, attempts, settings: options.settings, telemetry, clock };
  return options.wrapPorts?.(ports) ?? ports;
}

/** The part of the options that the terminal receiver needs. */
function terminalOf({ terminal, colours, commandFlags }: EmbeddedOptions) {
  return {
    ...(terminal && { terminal }),
    ...(commandFlags && { commandFlags }),
    ...(colours !== undefined && { colours }),
  };
}

function replayThrough(
  flow: Flow,
  { onProgress, ...options }: ReplayInput & Omit<ReplayOptions, 'afterAppend'>,
): Promise<ReplayReport> {
  const afterAppend = async (lastLine: number): Promise<void> => {
    if (!flow.isRunning) await flow.drain(options.signal);
    onProgress?.(lastLine);
  };
  return replayFile({ ...options, afterAppend });
}
