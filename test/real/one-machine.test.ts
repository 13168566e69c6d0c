import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import { OneMachine } from './one-machine.ts';

/** Milliseconds for which Offbeat is stopped while documents arrive. Another length may be given to try it by hand. */
const stoppedMs = Number(process.env.OFFBEAT_STOPPED_SECONDS ?? 100) * 1_000;
const [logLines, metricDocuments] = [180, 18];

/** Milliseconds after its end by which a minute is closed: after 30 s, later on a busy machine. */
const untilClosed = { timeout: 240_000, interval: 500 };
const patience = { timeout: 120_000, interval: 200 };
const timeout = stoppedMs + 600_000;

/** The documents that shippers sent, by the times that they gave, and the number of each in each minute. */
class Shipped {
  readonly #machine: OneMachine;
  readonly #minutes = new Map<string, { logLines: number; metrics: number }>();
  logLines = 0;
  metrics = 0;

  constructor(machine: OneMachine) {
    this.#machine = machine;
  }

  /** @param logLines the lines of a host's log @param metrics the measurements of its CPU */
  async ship(logLines: number, metrics: number): Promise<void> {
    // No two documents have the same time.
    const fromMs = Date.now() - (logLines + metrics);
    const documents = Array.from({ length: logLines + metrics }, (_, nth) => {
      const kind = nth < logLines ? 'logLines' : 'metrics';
      return { kind, atMs: fromMs + nth } as const;
    });
    for (const { kind, atMs } of documents) {
      const minute = new Date(atMs - (atMs % minuteMs)).toISOString();
      const counts = this.#minutes.get(minute) ?? { logLines: 0, metrics: 0 };
      counts[kind] += 1;
      this.#minutes.set(minute, counts);
    }
    await this.#machine.ship(documents.map(({ kind, atMs }) => documentOf[kind](new Date(atMs).toISOString())));
    this.logLines += logLines;
    this.metrics += metrics;
  }

  /** Returns the minutes in order, as summaries should have them. */
  minutes(): readonly object[] {
    return [...this.#minutes].map(([minute, counts]) => ({ minute, ...counts })).sort(byMinute);
  }
}

const host = { name: 'node-a' };
const documentOf = {
  logLines: (at: string) => ({
    '@timestamp': at,
    agent: { type: 'filebeat' },
    host,
    event: { dataset: 'app.log' },
    message: `written at ${at}`,
    log: { level: 'info' },
  }),
  metrics: (at: string) => ({
    '@timestamp': at,
    agent: { type: 'metricbeat' },
    host,
    event: { dataset: 'system.cpu', module: 'system' },
    system: { cpu: { total: { norm: { pct: 0.4 } } } },
  }),
};

/** Returns the minutes in order, as summaries have them. */
function summarised(machine: OneMachine): readonly object[] {
  const minutes = new Map<string, { minute: string; logLines: number; metrics: number }>();
  for (const summary of machine.documents('offbeat-summaries')) {
    const minute = String(summary['@timestamp']);
    const counts = minutes.get(minute) ?? { minute, logLines: 0, metrics: 0 };
    counts.logLines += Number(summary['log.records.last'] ?? 0);
    counts.metrics += Number(summary['system.cpu.total.norm.pct.count'] ?? 0);
    minutes.set(minute, counts);
  }
  return [...minutes.values()].sort(byMinute);
}

const byMinute = (a: { minute: string }, b: { minute: string }): number => (a.minute < b.minute ? -1 : 1);

/** Returns the counters of what the stages left out since the process started. */
async function ignored(machine: OneMachine): Promise<Record<string, number>> {
  const { counts } = await machine.health();
  return Object.fromEntries(Object.entries(counts).filter(([name]) => name.startsWith('ignored')));
}

describe.concurrent('one process over a Kafka, with SQLite for the rest', () => {
  it(
    'counts documents that arrive while it is stopped in their own minutes',
    async () => {
      await using machine = await OneMachine.open();
      const shipped = new Shipped(machine);
      await machine.start();
      await shipped.ship(10, 10);
      await vi.waitFor(() => expect(machine.documents('offbeat-samples')).toHaveLength(shipped.metrics), patience);
      await machine.stop();
      for (let nth = 0; nth < metricDocuments; nth += 1) {
        await delay(stoppedMs / metricDocuments);
        await shipped.ship(logLines / metricDocuments, 1);
      }
      await machine.start();
      const startedMs = performance.now();
      await vi.waitFor(() => expect(summarised(machine)).toEqual(shipped.minutes()), untilClosed);
      const tookS = Math.round((performance.now() - startedMs) / 1_000);
      process.stdout.write(
        `stopped for ${stoppedMs / 1_000} s: ${shipped.logLines} log lines and ${shipped.metrics} metric documents ` +
          `summarised in ${shipped.minutes().length} minutes of theirs, ${tookS} s after the start\n`,
      );
      expect(await ignored(machine)).toEqual({});
    },
    timeout,
  );

  it.each<[Topic[], 'while it is stopped' | 'while it runs', string[]]>([
    [[topics.beats], 'while it is stopped', ['new-epoch normalise']],
    [[topics.samples], 'while it is stopped', ['new-epoch detect']],
    [[topics.beats, topics.samples], 'while it is stopped', ['new-epoch normalise', 'new-epoch detect']],
    [[topics.beats], 'while it runs', ['new-epoch normalise']],
  ])(
    'is held up where %j are recreated %s, and continues after the commands that it names, %j',
    async (recreated, when, commands) => {
      await using machine = await OneMachine.open();
      const shipped = new Shipped(machine);
      await machine.start();
      await shipped.ship(10, 10);
      await vi.waitUntil(() => machine.isSettled(), patience);
      if (when === 'while it is stopped') await machine.stop();
      const before = await machine.endOffset(topics.beats);
      await machine.recreate(...recreated);
      // More than it has read of the topic that existed before.
      await shipped.ship(before, 10);
      if (when === 'while it is stopped') await machine.start();
      expect(await followMessages(machine)).toEqual(commands);
      await shipped.ship(10, 10);
      await vi.waitFor(() => expect(summarised(machine)).toEqual(shipped.minutes()), untilClosed);
      expect(machine.documents('offbeat-samples')).toHaveLength(shipped.metrics);
      const { status } = await machine.health();
      expect([status, await ignored(machine)]).toEqual(['ok', {}]);
    },
    timeout,
  );
});

/** Runs the commands that the process prints until all is well. @returns those commands */
async function followMessages(machine: OneMachine): Promise<string[]> {
  const commands: string[] = [];
  for (;;) {
    const command = await vi.waitFor(() => commandNamed(machine), patience);
    if (command === 'none') return commands;
    commands.push(command);
    const [first, ...rest] = command.split(' ');
    const tooEarly = await machine.command(first!, ...rest);
    expect(tooEarly.status).toBe(2);
    expect(tooEarly.stderr).toMatch(/^offbeat: .*stop it.*\n$/);
    await machine.stop();
    expect(await machine.command(first!, ...rest)).toMatchObject({ status: 0, stderr: '' });
    await machine.start();
  }
}

/** @throws while the process has not read everything, and prints nothing either */
async function commandNamed(machine: OneMachine): Promise<string> {
  const isSettled = await machine.isSettled();
  const { status, stages } = await machine.health();
  const troubles = stages.flatMap(({ sources }) => sources.flatMap(({ trouble }) => trouble ?? []));
  const messages = troubles.map(({ message }) => message);
  const [named] = messages.flatMap((message) => /was recreated\. Run "npx offbeat ([^"]+)"/.exec(message)?.[1] ?? []);
  if (named !== undefined) {
    expect([status, messages.length]).toEqual(['held up', 1]);
    return named;
  }
  expect([status, isSettled]).toEqual(['ok', true]);
  return 'none';
}
