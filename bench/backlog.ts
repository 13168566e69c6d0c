import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs, secondMs } from '../functions/shared/domain/durations.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import type { Clock } from '../functions/shared/ports/clock.ts';
import { type Embedded, openEmbedded } from '../local/embedded.ts';
import { measure, type Timed } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const rounds = 3;
const startMs = Date.parse('2026-11-28T10:00:00Z');
const stepMs = 10 * secondMs;
const steps = (6 * hourMs) / stepMs;
const hosts = Array.from({ length: 10 }, (_, nth) => `node-${nth}`);
const documents = 2 * hosts.length * steps;

/**
 * Measures how fast the embedded flow processes six hours of documents that waited while Offbeat was stopped, beside the
 * same documents as a replay, and as they are processed when they arrive.
 */
export async function benchBacklog(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-bench-'));
  const file = join(directory, 'six-hours.ndjson');
  const lines = Array.from({ length: steps }, (_, step) => documentsAt(timeOf(step))).flat();
  writeFileSync(file, lines.map((document) => `${JSON.stringify(document)}\n`).join(''));
  try {
    const { replay, live, backlog } = await measure(documents, rounds, {
      replay: () => replayFile(file),
      live: readAsTheyCome,
      backlog: workOff,
    });
    return [
      {
        name: 'six hours as a replay (peer)',
        figure: replay,
        unit: 'documents/s',
        note: `${documents.toLocaleString('en')} documents; feeding included, ticks every 10 s`,
      },
      { name: 'six hours as they come', figure: live, unit: 'documents/s', note: `${steps} times those of 10 s` },
      {
        name: 'six hours of backlog, processed',
        figure: backlog,
        unit: 'documents/s',
        note: `${share(backlog, replay, 'the replay')}, ${share(backlog, live, 'as they come')}; ticks every 2 s`,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const timeOf = (step: number): number => startMs + (step + 1) * stepMs;

/** The documents of one step: a load of each host, and a line of its log, shipped when the step ends. */
function documentsAt(timeMs: number): Readonly<Record<string, unknown>>[] {
  return hosts.flatMap((name, nth) => {
    const common = { '@timestamp': new Date(timeMs - 100 * nth - 1).toISOString(), host: { name } };
    const pct = 0.2 + ((timeMs / stepMs + nth) % 3) / 100;
    return [
      { ...common, event: { dataset: 'system.cpu' }, system: { cpu: { total: { norm: { pct } } } } },
      { ...common, agent: { type: 'filebeat' }, event: { dataset: 'app.log' }, message: 'm', log: { level: 'error' } },
    ];
  });
}

function replayFile(file: string): Promise<Timed> {
  return withFlow((embedded) =>
    msOf(async () => {
      await embedded.replay({ file, cluster: 'replayed' });
      await embedded.drain();
    }),
  );
}

function readAsTheyCome(): Promise<Timed> {
  return withFlow(async (embedded, clock) => {
    let tookMs = 0;
    for (let step = 0; step < steps; step += 1) {
      await ship(embedded, clock, step);
      tookMs += (await msOf(() => embedded.drain())).tookMs;
    }
    return { tookMs };
  });
}

function workOff(): Promise<Timed> {
  return withFlow(async (embedded, clock) => {
    for (let step = 0; step < steps; step += 1) await ship(embedded, clock, step);
    return msOf(() => embedded.drain());
  });
}

async function ship(embedded: Embedded, clock: { now: number }, step: number): Promise<void> {
  clock.now = timeOf(step);
  await embedded.append(documentsAt(clock.now));
  await embedded.heartbeat();
}

async function msOf(work: () => Promise<void>): Promise<Timed> {
  const beganMs = performance.now();
  await work();
  return { tookMs: performance.now() - beganMs };
}

/** A flow in one process, whose clock moves only when it is set. */
async function withFlow(work: (embedded: Embedded, time: { now: number }) => Promise<Timed>): Promise<Timed> {
  const time = { now: startMs + 24 * hourMs };
  const clock: Clock = { nowMs: () => time.now, random: () => 0.5 };
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    terminal: () => {},
    windowMs: 0,
    clock,
  });
  try {
    return await work(embedded, time);
  } finally {
    await embedded.close();
  }
}
