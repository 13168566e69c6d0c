import type { SettingsSource } from '../functions/api/settings-source.ts';
import type { Collector } from '../functions/collect/collected.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import type { Environment } from '../functions/shared/environment/variables.ts';
import { systemClock } from '../functions/shared/ports/clock.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import { HostMetrics } from './host/host-metrics.ts';
import { learningWords } from './host/learning.ts';
import { interruptSignal } from './interrupt.ts';
import { choresOf, selfCheckOf } from './run/chores.ts';
import { collectRegularly } from './run/collections.ts';
import { openAnyCollector } from './run/open-collector.ts';
import { flagsFor, openServer, type ServerOptions } from './run/open-server.ts';
import { type ReplayOnceOptions, replayOnce } from './run/replay-once.ts';
import { openOutput, type RunOutput, type RunOutputOptions } from './run/run-output.ts';
import { aborted, repeat, runTogether, untilAborted } from './run/tasks.ts';
import type { Store } from './sqlite/store.ts';
import { stepCheckedClock } from './step-checked-clock.ts';

export interface StartOptions extends Pick<ServerOptions, 'port' | 'listen'>, ReplayOnceOptions, RunOutputOptions {
  /** The directory with all state. It is made if it does not exist, and survives a restart. */
  readonly dataDir: string;
  /** Indicates whether to watch this host. */
  readonly host: boolean;
  /** Indicates whether Offbeat reports on itself each minute. @default true */
  readonly selfCheck?: boolean;
  readonly settings: Settings;
  /** The place of the settings. @default it is not known */
  readonly settingsSource?: SettingsSource;
  /**
   * The variables that name the real servers to use in place of SQLite (docs/on-premises.md).
   *
   * @default none
   */
  readonly env?: Environment;
  readonly colours?: boolean;
  /** The command that sends the messages again that were given up, as the terminal shows it. */
  readonly redrive?: string;
  /** The command that lists dead letters, as the terminal shows it. */
  readonly listLetters?: string;
  /**
   * Ends the run cleanly.
   *
   * @default Ctrl-C, SIGTERM and SIGHUP do
   */
  readonly signal?: AbortSignal;
  /** Gets the server's address once the server answers and every stage is polled. */
  readonly onListening?: (url: string) => void;
}

export const defaultDataDir = '.offbeat';
const hostPeriodMs = 5_000;

/**
 * Runs `offbeat start`: serves the HTTP API and the bulk API, replays the recording once, then watches this host.
 * Resolves when the signal has ended the run and everything is written.
 * @throws {UsageError} if the directory or the port is in use, or the recording cannot be read
 * @throws {DamagedStoreError} if the store is damaged
 */
export async function startEmbedded(options: StartOptions): Promise<void> {
  const { settings, dataDir, env = {}, out: terminal, colours = false, redrive, listLetters } = options;
  const output = openOutput(options);
  const { log, report } = output;
  const signal = options.signal ?? interruptSignal(report);
  const clock = stepCheckedClock(systemClock, report);
  let flags = '';
  const shown = { terminal, colours, log, listLetters, commandFlags: () => flags, ...(redrive && { redrive }) };
  const { settingsSource } = options;
  const embedded = await openEmbedded({ dataDir, settings, settingsSource, env, clock, ...shown });
  try {
    const server = await openServer(embedded, { ...options, noteDocumentTime: clock.noteDocumentTime, report });
    flags = flagsFor(server.url);
    try {
      await runUntilAborted(embedded, server.url, { options, output, signal });
    } finally {
      await server.close();
    }
  } finally {
    await embedded.close();
  }
  report('stopped; everything that arrived is stored, and the next start continues from here');
}

interface RunContext {
  readonly options: StartOptions;
  readonly output: RunOutput;
  readonly signal: AbortSignal;
}

async function runUntilAborted(embedded: Embedded, url: string, context: RunContext): Promise<void> {
  const { options, output, signal } = context;
  const { report, stateLines } = output;
  // A target that is refused ends the run here, where no task runs yet.
  const collectors = collectorsOf(embedded, options.settings);
  report(`offbeat answers on ${url}, which a browser opens, and keeps its data in ${options.dataDir}; Ctrl-C stops it`);
  report(usesLine(embedded.backends.uses));
  await untilAborted(signal, () => embedded.start(signal));
  options.onListening?.(url);
  await runTogether(signal, (stop) => [
    feed(embedded, options, stop, report),
    throwIfDamaged(embedded.store, stop),
    ...[...choresOf(embedded, stateLines), ...(options.selfCheck === false ? [] : [selfCheckOf(embedded)])].map(
      (chore) => repeat(chore, stop, report),
    ),
    ...collectionsOf(collectors, embedded, stop, report),
  ]);
}

/** @throws {UsageError} for a target that this process can never collect */
const collectorsOf = ({ ports }: Embedded, { collect }: Settings): Collector[] =>
  collect.map((target) => openAnyCollector(target, ports));

/** Returns the tasks that collect targets, one for each: none waits for another. */
function collectionsOf(
  collectors: readonly Collector[],
  { ports: { telemetry }, append }: Embedded,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void>[] {
  const deps = { append, telemetry, report };
  return collectors.map((collector) => collectRegularly(collector, deps, signal));
}

/** Returns `uses Kafka at 127.0.0.1:9092 for eventLog; SQLite for ledger, objects, warehouse, publisher`. */
function usesLine(uses: Embedded['backends']['uses']): string {
  const ports = Map.groupBy(Object.keys(uses), (port) => uses[port]!);
  return `uses ${[...ports].map(([backend, names]) => `${backend} for ${names.join(', ')}`).join('; ')}`;
}

/** Replays the recording, then watches this host until the signal aborts. */
async function feed(
  embedded: Embedded,
  options: StartOptions,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  const { host, settings } = options;
  await untilAborted(signal, () => replayOnce(embedded, options, signal, report));
  if (!host || signal.aborted) return aborted(signal);
  const cluster = settings.cluster.name;
  const learning = await learningWords({ ...embedded.ports, settings }, { cluster, periodMs: hostPeriodMs });
  report(`watching this host as ${cluster}, every ${hostPeriodMs / 1000} s; ${learning}`);
  const metrics = new HostMetrics({ clock: embedded.ports.clock, report });
  const run = async (): Promise<void> => embedded.append(await metrics.collect());
  await repeat({ periodMs: hostPeriodMs, run }, signal, report);
}

/** @throws {DamagedStoreError} as soon as any part of the run meets damage, because every retry would meet it again */
async function throwIfDamaged({ damaged }: Pick<Store, 'damaged'>, signal: AbortSignal): Promise<void> {
  await Promise.race([damaged, aborted(signal)]);
}
