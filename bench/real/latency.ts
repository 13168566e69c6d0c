import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../functions/shared/connect/environment.ts';
import { liveTickMs } from '../../functions/shared/time/live-ticks.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import type { BenchRow } from '../row.ts';
import { alertingBeat, historyOf, hostNames, pagingSettings } from './alerting-hosts.ts';
import { hopTable, latencyOf } from './hops.ts';
import { Journeys } from './journeys.ts';
import { StageClock } from './stage-clock.ts';
import { stageTable } from './stage-table.ts';
import { openReceiver } from './webhook-receiver.ts';

const notCounted = 25;
const counted = 250;
/** Whether the alert before has arrived or not. */
const everyMs = 200;
const windowMs = 10;
const patienceMs = 60_000;
const secretVariable = 'OFFBEAT_BENCH_WEBHOOK_SECRET';

/**
 * One document after the other makes an alert of its own, which goes out at once; ticks come as in a live run.
 * @throws {Error} if an alert did not arrive
 */
export async function benchLatency(env: Environment): Promise<readonly (BenchRow | string)[]> {
  const hosts = hostNames(notCounted + counted);
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
  const ticking = new AbortController();
  const ticks = tickLive(embedded, ticking.signal);
  await appendInTurns(embedded, hosts, journeys);
  await Promise.race([arrived.promise, delay(patienceMs)]);
  ticking.abort();
  await ticks;
  // What is in flight ends, and with it the last journey.
  await embedded.stop();
  const tookMs = performance.now() - beganMs;
  return tell(
    hosts.slice(notCounted).map((host) => journeys.of(host)),
    stageTable(clock.take(), tookMs),
  );
}

/** Time must have begun too: an alert waits until it has passed its anomalies' tick. */
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

async function tickLive(embedded: Embedded, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await embedded.heartbeat();
    await delay(liveTickMs, undefined, { signal }).catch(() => {});
  }
}

function tell(journeys: readonly ReturnType<Journeys['of']>[], table: readonly string[]): (BenchRow | string)[] {
  const { p50, p99, max } = latencyOf(journeys.map(({ dueMs, receivedMs }) => receivedMs - dueMs));
  const name = 'document on Kafka → webhook received';
  const note = `of ${journeys.length} alerts, one each ${everyMs} ms; group wait 0, ${windowMs} ms windows`;
  return [
    { name: `${name}, p50`, figure: p50, unit: 'ms', note },
    { name: `${name}, p99`, figure: p99, unit: 'ms', budget: 1_000, note: 'from when it was to be appended' },
    { name: `${name}, longest`, figure: max, unit: 'ms' },
    'Where that went, in the mean; until a stage is invoked: fetch, window, and its invocation before:',
    ...hopTable(journeys),
    'And of the whole time meanwhile:',
    ...table,
  ];
}
