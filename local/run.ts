import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ledgerHealth } from '../functions/api/health.ts';
import { samplesToLearn } from '../functions/detect/slot.ts';
import { hourMs, minuteMs } from '../functions/shared/domain/durations.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import type { Environment } from '../functions/shared/environment/variables.ts';
import { systemClock } from '../functions/shared/ports/clock.ts';
import { untilTickMs } from '../functions/shared/time/live-ticks.ts';
import { bulkRoutes } from './bulk/bulk-api.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import { HostMetrics } from './host/host-metrics.ts';
import { apiRoutes } from './http/api-routes.ts';
import { isLoopback, type RunningServer, serve } from './http/server.ts';
import { interruptSignal } from './interrupt.ts';
import type { Store } from './sqlite/store.ts';
import { type SteadyClock, steadyClock } from './steady-clock.ts';
import { ReachedLimitLines } from './terminal/reached-limit-lines.ts';
import { StoreLines } from './terminal/store-lines.ts';
import { timedLine } from './terminal/terminal-line.ts';

export interface StartOptions {
  /** Made if need be; its state survives a restart. */
  readonly dataDir: string;
  readonly port: number;
  /**
   * Address to answer on. Any but loopback lets other machines in, without a log-in.
   *
   * @default '127.0.0.1'
   */
  readonly listen?: string;
  /** A recording to replay first, if this data directory has not seen it; `null` for none. */
  readonly replayFile: string | null;
  /** How many times faster than it was recorded. */
  readonly speed: number | 'max';
  /** Whether to watch this host. */
  readonly host: boolean;
  readonly settings: Settings;
  /**
   * Names the real servers to use in place of SQLite (docs/on-premises.md).
   *
   * @default none
   */
  readonly env?: Environment;
  /** Gets what the run does and alerts as they fire, line breaks included. */
  readonly out: (text: string) => void;
  /**
   * Gets a line that is a warning or an error, or comes from the log of a function.
   *
   * @default `out`
   */
  readonly err?: (line: string) => void;
  readonly colours?: boolean;
  /** The command that sends again what was given up, as the terminal names it. */
  readonly redrive?: string;
  /** Ends the run cleanly; Ctrl-C and SIGTERM do unless it is given. */
  readonly signal?: AbortSignal;
  /** Told once everything answers. */
  readonly onListening?: (url: string) => void;
}

/** The lines with a time that report on something that lasts. */
interface Lines {
  readonly store: StoreLines;
  readonly fullRooms: ReachedLimitLines;
}

/** The cluster that the recording of a storage and streaming cluster is replayed as. */
const recordedCluster = 'recorded';
export const defaultDataDir = '.offbeat';
const defaultPort = 8787;

const hostPeriodMs = 5_000;
const sweepPeriodMs = 60_000;
const purgePeriodMs = hourMs;
const ensurePeriodMs = 10_000;
const fullRoomsPeriodMs = 5_000;
/** Often enough that an hour is there soon after its end; to aggregate one again changes nothing. */
const aggregatePeriodMs = 10 * minuteMs;
/** Documents that may wait, with those of requests in flight, before a Beat is asked to come again. */
export const backlogMax = 100_000;

/**
 * `offbeat start`: replays the recording once, then watches this host, and serves API and bulk door all the while.
 * Resolves when the signal has ended it and all is written.
 * @throws {UsageError} if the directory or the port is taken, or the recording cannot be read
 */
export async function startEmbedded(options: StartOptions): Promise<void> {
  const { settings, dataDir, env = {}, out, colours = false, redrive } = options;
  const err = options.err ?? ((line) => out(`${line}\n`));
  const sayTimed = (line: string): void => err(timedLine(line, systemClock));
  const lines = {
    store: new StoreLines({ say: sayTimed, clock: systemClock }),
    fullRooms: new ReachedLimitLines(sayTimed),
  };
  const log = (line: string): void => {
    if (!lines.store.covers(line)) err(line);
  };
  const say = (line: string): void => {
    if (isWarning(line)) log(timedLine(line, systemClock));
    else out(`${printable(line)}\n`);
  };
  const signal = options.signal ?? interruptSignal(say);
  const clock = steadyClock(systemClock, say);
  let commandFlags = '';
  const shown = { terminal: out, colours, log, commandFlags: () => commandFlags, ...(redrive && { redrive }) };
  const embedded = await openEmbedded({ dataDir, settings, env, clock, ...shown });
  try {
    const server = await openServer(embedded, options, clock, say);
    commandFlags = flagsOf(server.url);
    try {
      say(`offbeat answers on ${server.url}/api/health and keeps its data in ${dataDir}; Ctrl-C stops it`);
      say(usesLine(embedded.uses));
      await endsWith(signal, () => embedded.start(signal));
      options.onListening?.(server.url);
      await together(signal, (stop) => [
        work(embedded, options, stop, say),
        whileWhole(embedded.store, stop),
        ...chores(embedded, stop, say, lines),
      ]);
    } finally {
      await server.close();
    }
  } finally {
    await embedded.close();
  }
  say('stopped; all that came in is kept, and the next start goes on from here');
}

/** `uses Kafka at 127.0.0.1:9092 for eventLog; SQLite for ledger, objects, warehouse, publisher` */
function usesLine(uses: Embedded['uses']): string {
  const ports = Map.groupBy(Object.keys(uses), (port) => uses[port]!);
  return `uses ${[...ports].map(([place, names]) => `${place} for ${names.join(', ')}`).join('; ')}`;
}

/** A warning of the run's own has its time in front, as those of its functions have; what it does has none. */
const isWarning = (line: string): boolean => /^(warning|error): /.test(line);

/** What a command has to be told to ask this run: nothing where it answers at the default address. */
function flagsOf(url: string): string {
  const { hostname, port } = new URL(url);
  if (!isAnsweredOnLoopback(hostname)) return ` --url ${url}`;
  return Number(port) === defaultPort ? '' : ` --port ${port}`;
}

const isAnsweredOnLoopback = (hostname: string): boolean => ['127.0.0.1', 'localhost'].includes(hostname);

function openServer(
  embedded: Embedded,
  { port, listen = '127.0.0.1' }: StartOptions,
  { witness }: SteadyClock,
  report: (line: string) => void,
): Promise<RunningServer> {
  const { layout, telemetry, clock } = embedded.ports;
  const { bulkLog } = embedded;
  const bulk = { bulkLog, layout, telemetry, backlog: () => embedded.backlog(), backlogMax, witness };
  const routes = [...apiRoutes(embedded.api, clock), ...bulkRoutes(bulk)];
  if (!isLoopback(listen)) report(`warning: ${listen} lets other machines in, and there is no log-in`);
  return serve({ host: listen, port, beyondLoopback: true, routes, report });
}

/** Runs tasks that end with the signal. The first that fails ends the others; nothing runs on when this settles. */
async function together(signal: AbortSignal, begin: (stop: AbortSignal) => readonly Promise<void>[]): Promise<void> {
  const failed = new AbortController();
  const tasks = begin(AbortSignal.any([signal, failed.signal]));
  for (const task of tasks) task.catch(() => failed.abort());
  await Promise.allSettled(tasks);
  await Promise.all(tasks);
}

/** First what was recorded, then what is. */
async function work(
  embedded: Embedded,
  options: StartOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const { host, settings } = options;
  await endsWith(signal, () => replayOnce(embedded, options, signal, say));
  if (!host || signal.aborted) return untilAborted(signal);
  const learningS = (hostPeriodMs * samplesToLearn) / 1000;
  say(
    `watching this host as ${settings.cluster.name}, every ${hostPeriodMs / 1000} s; ${learningS} s to learn what is normal`,
  );
  const metrics = new HostMetrics({ clock: embedded.ports.clock, report: say });
  await every(hostPeriodMs, signal, say, async () => embedded.append(await metrics.collect()));
}

async function replayOnce(
  embedded: Embedded,
  { replayFile: file, speed }: StartOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  if (file === null) return;
  say(`replaying ${file} as cluster ${recordedCluster}`);
  const report = await embedded.replay({
    file,
    cluster: recordedCluster,
    signal,
    ...(speed === 'max' ? {} : { reach: paceAt(speed, signal) }),
  });
  for (const line of report.refusedLines) say(`warning: line ${line} is too large for a document and was left out`);
  say(report.doneBefore ? 'it was replayed before; nothing new' : `replayed ${report.lines} lines`);
}

/** Waits so that event time passes `speed` times as fast as the clock on the wall. */
function paceAt(speed: number, signal: AbortSignal): (timeMs: number) => Promise<void> {
  let beforeMs: number | undefined;
  return async (timeMs) => {
    const waitMs = beforeMs === undefined ? 0 : (timeMs - beforeMs) / speed;
    beforeMs = timeMs;
    await delay(waitMs, undefined, { signal });
  };
}

function chores(
  embedded: Embedded,
  signal: AbortSignal,
  say: (line: string) => void,
  { store, fullRooms }: Lines,
): Promise<void>[] {
  const { clock, ledger } = embedded.ports;
  return [
    // A quiet partition passes each tick as it is due; at another time of the two seconds every page would wait for it.
    every(
      () => untilTickMs(clock.nowMs()),
      signal,
      say,
      async () => {
        await embedded.heartbeat();
        store.noteWork();
      },
    ),
    every(sweepPeriodMs, signal, say, async () => void (await embedded.sweep())),
    every(purgePeriodMs, signal, say, () => embedded.purge()),
    every(ensurePeriodMs, signal, say, () => embedded.ensureWarehouse()),
    every(fullRoomsPeriodMs, signal, say, async () => fullRooms.note((await ledgerHealth(ledger, clock)).full)),
    every(aggregatePeriodMs, signal, say, async () => void (await embedded.aggregate({}))),
  ];
}

/**
 * Does a chore again and again; one that fails is told of and tried again in its next turn.
 * @param periodMs from the end of one turn to the next, or what says so then
 */
async function every(
  periodMs: number | (() => number),
  signal: AbortSignal,
  say: (line: string) => void,
  chore: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await chore().catch((error: unknown) => say(`warning: ${error instanceof Error ? error.message : error}`));
    const waitMs = typeof periodMs === 'number' ? periodMs : periodMs();
    await endsWith(signal, () => delay(waitMs, undefined, { signal }));
  }
}

/** @throws {DamagedStoreError} as soon as damage is met anywhere: every retry would meet it again */
async function whileWhole({ damaged }: Pick<Store, 'damaged'>, signal: AbortSignal): Promise<void> {
  await Promise.race([damaged, untilAborted(signal)]);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return endsWith(signal, () => once(signal, 'abort'));
}

/** Being told to stop is no failure of what was stopped; anything else that it met is one. */
async function endsWith(signal: AbortSignal, doing: () => Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  try {
    await doing();
  } catch (error) {
    const stopped = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
    if (!signal.aborted || !stopped) throw error;
  }
}
