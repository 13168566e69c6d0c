import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { expect, it, onTestFinished, vi } from 'vitest';
import { OffbeatProcess } from '../real/offbeat-process.ts';
import { type Answers, cpuOf, sendBulk } from '../support/flood/bulk-client.ts';
import { askHealth } from '../support/http-attacks/health-watch.ts';

const hosts = 125_000;
const documentsEach = 1_600;
const floodMs = 37_000;
const learnedAfter = 60;
/** The number of samples of the known host before the flood. */
const learningSamples = 5;
const patience = { timeout: 120_000, interval: 500 };
/**
 * The limit of the whole process's memory. With `MALLOC_ARENA_MAX=2` and `--max-semi-space-size=16` the same run takes
 * 700 MB.
 */
const memoryMbMax = 1_000;
/** The most computation that the median of health requests waits for, ms of CPU time. */
const healthWorkMsMax = 2_000;

/** Returns the most memory that a process ever had, in MB, as Linux reports it. */
const peakMb = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

/** Runs until the signal. @returns the number of runs */
async function every(periodMs: number, isOver: () => boolean, body: (nth: number) => Promise<void>): Promise<number> {
  let nth = 0;
  for (; !isOver(); nth += 1) {
    await body(nth);
    await delay(periodMs);
  }
  return nth;
}

async function startProcess(): Promise<OffbeatProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-flood-'));
  const offbeat = new OffbeatProcess(directory, { ...process.env });
  onTestFinished(async () => {
    await offbeat.end('SIGTERM');
    rmSync(directory, { recursive: true });
  });
  await offbeat.isUp();
  return offbeat;
}

it.runIf(process.platform === 'linux')(
  'during a flood of 125,000 hosts known and new hosts are judged, health names the limit that is reached, and memory stays flat',
  async () => {
    const offbeat = await startProcess();
    const url = offbeat.url!;
    const answers: Answers = { taken: 0, turnedAway: 0 };
    const others: Answers = { taken: 0, turnedAway: 0 };
    let isFlooding = true;
    let isOver = false;

    /** Ships the load of a host: low until the flood is over and the load is learned, then high. */
    const host = (name: string) =>
      every(
        1_000,
        () => isOver,
        (nth) => {
          const isBusy = !isFlooding && nth > learnedAfter;
          return sendBulk(url, [cpuOf(name, isBusy ? 0.95 : 0.1 + (nth % 3) / 100)], others);
        },
      );
    const waits: number[] = [];
    const works: number[] = [];
    const watching = every(
      500,
      () => isOver,
      async () => {
        const { waitedMs, workMs } = await askHealth({ url, pid: offbeat.pid });
        waits.push(waitedMs);
        works.push(workMs);
      },
    );
    const known = host('known');
    await vi.waitUntil(() => others.taken >= learningSamples, patience);

    const flooding = (async () => {
      for (let from = 0; from < hosts; from += documentsEach) {
        const count = Math.min(documentsEach, hosts - from);
        const names = Array.from({ length: count }, (_, nth) => `random-${from + nth}-${Math.random()}`);
        const sent = sendBulk(
          url,
          names.map((name) => cpuOf(name, 0.5)),
          answers,
        );
        await Promise.all([sent, delay((floodMs * count) / hosts)]);
      }
    })();
    await vi.waitUntil(() => answers.taken >= hosts / 4, patience);
    const during = host('new during');
    await flooding;
    expect(answers.taken).toBe(hosts);

    await vi.waitUntil(async () => (await offbeat.health()).full.length > 0, patience);
    const { status, full } = await offbeat.health();
    expect(status).toBe('degraded');
    expect(full).toMatchObject([
      { stage: 'detect', partition: 0, refused: 0, remedy: expect.stringContaining('series-full') },
    ]);
    expect(offbeat.complained).toContain('partition 0 of detect has as many series as are kept');

    isFlooding = false;
    const after = host('new after');
    const offHosts = async () => {
      const response = await fetch(`${url}/api/alerts?limit=50`);
      return JSON.stringify(await response.json());
    };
    await vi.waitUntil(async () => {
      const alerts = await offHosts();
      return ['known', 'new during', 'new after'].every((name) => alerts.includes(`/host/${name}`));
    }, patience);
    isOver = true;
    await Promise.all([known, during, after, watching]);

    const memoryMb = peakMb(offbeat.pid);
    process.stdout.write(
      `${hosts} hosts, ${answers.turnedAway} documents turned away and sent again; health: median ` +
        `${Math.round(median(waits))} ms, worst ${Math.round(Math.max(...waits))} ms; memory: ${Math.round(memoryMb)} MB at most; ` +
        `${full[0]!.forgotten} series forgotten\n`,
    );
    expect(memoryMb).toBeLessThan(memoryMbMax);
    expect(median(works)).toBeLessThan(healthWorkMsMax);
  },
  300_000,
);
