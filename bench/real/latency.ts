import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { mean } from 'simple-statistics';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { untilTickMs } from '../../functions/shared/time/live-ticks.ts';
import { heartbeatSeconds } from '../../lib/constructs/heartbeat-schedule.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import type { BenchRow } from '../row.ts';
import { alertingBeat, historyOf, hostNames, pagingSettings } from './alerting-hosts.ts';
import { hopTable, latencyOf, tickWaitOf } from './hops.ts';
import { type Journey, Journeys } from './journeys.ts';
import { StageClock } from './stage-clock.ts';
import { stageTable } from './stage-table.ts';
import { openReceiver } from './webhook-receiver.ts';

const notCounted = 25;
/** Milliseconds between two documents, whether the alert of the first has arrived or not. */
const everyMs = 200;
const patienceMs = 90_000;
const secretVariable = 'OFFBEAT_BENCH_WEBHOOK_SECRET';

/** A run: how long pollers gather records, and how many alerts are counted. */
interface Run {
  readonly windowMs: number;
  /** Milliseconds between two heartbeats. */
  readonly untilHeartbeatMs: () => number;
  readonly counted: number;
  /** The limit of the 99th percentile, ms. */
  readonly budgetMs?: number;
}

/** The two runs: with the heartbeats of `offbeat start`, and with the windows of AWS in docs/scale.md, which add up. */
const runs: readonly Run[] = [
  { windowMs: 10, untilHeartbeatMs: () => untilTickMs(Date.now()), counted: 250, budgetMs: 5_000 },
  { windowMs: 5_000, untilHeartbeatMs: () => 1_000 * heartbeatSeconds(5_000), counted: 50 },
];

/**
 * Measures the time from a document to its page. Each document causes one alert, which goes out at once. All documents are
 * in one partition of `beats`; the others get only heartbeats, as often as with this window.
 * @throws {Error} if an alert did not arrive
 */
export async function* benchLatency(env: Environment, layout: Layout): AsyncGenerator<BenchRow | string> {
  const hosts = [...hostNames(runs.length * notCounted + runs.reduce((sum, { counted }) => sum + counted, 0), layout)];
  for (const run of runs) yield* await benchRun(run, hosts.splice(0, notCounted + run.counted), env, layout);
}

async function benchRun(
  run: Run,
  hosts: readonly string[],
  env: Environment,
  layout: Layout,
): Promise<(BenchRow | string)[]> {
  const { windowMs, untilHeartbeatMs } = run;
  const journeys = new Journeys();
  const clock = new StageClock({ onCall: journeys.onCall });
  await using opened = new AsyncDisposableStack();
  const arrived = Promise.withResolvers<void>();
  let left = hosts.length;
  const receiver = await openReceiver(({ entity }, atMs) => {
    if (!journeys.received(entity.name, atMs)) return;
    left -= 1;
    if (left === 0) arrived.resolve();
  });
  opened.defer(() => receiver.close());
  process.env[secretVariable] = `whsec_${randomBytes(24).toString('base64')}`;
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: pagingSettings(receiver.url, `env:${secretVariable}`),
    layout,
    env,
    telemetry: clock,
    wrapPorts: clock.wrapPorts,
    windowMs,
  });
  opened.defer(() => embedded.close());
  await learn(embedded, hosts);

  await embedded.start();
  clock.take();
  const beganMs = performance.now();
  const beating = new AbortController();
  const beats = sendHeartbeats(embedded, untilHeartbeatMs, beating.signal);
  await appendInTurns(embedded, hosts, journeys);
  await Promise.race([arrived.promise, delay(patienceMs, undefined, { ref: false })]);
  beating.abort();
  await beats;
  // Invocations in flight end, and with them the last journey.
  await embedded.stop();
  const tookMs = performance.now() - beganMs;
  return rowsOf(
    run,
    hosts.slice(notCounted).map((host) => journeys.of(host)),
    stageTable(clock.take(), tookMs),
  );
}

/** Waits until the hosts have enough history, and until the first tick: an alert waits until time has passed its anomalies' tick. */
async function learn(embedded: Embedded, hosts: readonly string[]): Promise<void> {
  await embedded.append(historyOf(hosts, Date.now()));
  await embedded.heartbeat();
  await embedded.drain();
}

async function appendInTurns(embedded: Embedded, hosts: readonly string[], journeys: Journeys): Promise<void> {
  const beganMs = performance.now();
  const appends = [];
  for (const [nth, host] of hosts.entries()) {
    const dueMs = beganMs + nth * everyMs;
    await delay(Math.max(0, dueMs - performance.now()));
    journeys.begin(host, dueMs);
    const appending = embedded.append([alertingBeat(host, Date.now())]);
    appends.push(appending.then(() => journeys.appended(host, performance.now())));
  }
  await Promise.all(appends);
}

async function sendHeartbeats(embedded: Embedded, untilNextMs: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await embedded.heartbeat();
    await delay(untilNextMs(), undefined, { signal }).catch(() => {});
  }
}

function rowsOf(
  { windowMs, budgetMs }: Run,
  journeys: readonly Journey[],
  table: readonly string[],
): (BenchRow | string)[] {
  const { p50, p99, max } = latencyOf(journeys.map(({ dueMs, receivedMs }) => receivedMs - dueMs));
  const waits = journeys.map(tickWaitOf);
  const name = 'document on Kafka → webhook received';
  const note = `of ${journeys.length} alerts, one each ${everyMs} ms; group wait 0; a quiet partition of beats`;
  return [
    `Windows of ${windowMs} ms, heartbeats every ${heartbeatSeconds(windowMs)} s:`,
    { name: `${name}, p50`, figure: p50, unit: 'ms', note },
    {
      name: `${name}, p99`,
      figure: p99,
      unit: 'ms',
      ...(budgetMs === undefined ? {} : { budget: budgetMs }),
      note: 'from when it was to be appended',
    },
    { name: `${name}, longest`, figure: max, unit: 'ms' },
    { name: '  of that, a page waits for its tick, mean', figure: mean(waits), unit: 'ms', note: tickNote },
    { name: '  of that, a page waits for its tick, p99', figure: latencyOf(waits).p99, unit: 'ms' },
    'Where that went, in the mean; until a stage is invoked: fetch, window, and its invocation before:',
    ...hopTable(journeys),
    'And of the whole time meanwhile:',
    ...table,
  ];
}

const tickNote = 'from its anomaly on signals to the next tick there, which every partition of beats has passed';
