import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import type { Family } from '../../functions/shared/ports/warehouse.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const startMs = Date.parse('2026-11-28T10:00:00Z');
const stepMs = 10 * second;

/** Runs `body` with the flow on one machine, whose clock the test sets. */
async function withFlow<T>(body: (flow: Flow) => Promise<T>): Promise<T> {
  const clock = { nowMs: () => flow.nowMs, random: () => 0.5 };
  const partitions = { ...onePartitionEach, [topics.beats]: 2, [topics.samples]: 4, [topics.summaries]: 4 };
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    layout: { partitions },
    terminal: () => {},
    windowMs: 0,
    clock,
  });
  const flow = new Flow(embedded);
  try {
    return await body(flow);
  } finally {
    await embedded.close();
  }
}

class Flow {
  nowMs = startMs;
  readonly embedded: Embedded;

  constructor(embedded: Embedded) {
    this.embedded = embedded;
  }

  /** Moves time on in steps: documents and heartbeats are appended; they are read meanwhile only if asked for. */
  async pass(
    durationMs: number,
    reads: 'read' | 'not read',
    documentsAt: (nowMs: number) => readonly object[],
  ): Promise<void> {
    const untilMs = this.nowMs + durationMs;
    while (this.nowMs < untilMs) {
      this.nowMs += stepMs;
      await this.embedded.append(documentsAt(this.nowMs) as readonly Record<string, unknown>[]);
      await this.embedded.heartbeat();
      if (reads === 'read') await this.embedded.drain();
    }
  }

  all(family: Family): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.embedded.ports.warehouse.search({ family, match: {}, order: 'oldest first', limit: 100_000 });
  }

  /** Returns the counters of what the stages left out. */
  ignored(): Record<string, number> {
    const counts = Object.entries(this.embedded.telemetry.counts());
    return Object.fromEntries(counts.filter(([name]) => name.startsWith('ignored')));
  }
}

const hosts = ['node-a', 'node-b', 'node-c'];

/** Returns a load document of each host, and a line of its log. */
const documentsAt = (nowMs: number, loadOf: (host: string) => number = () => 0.2): object[] =>
  hosts.flatMap((name, nth) => {
    const common = { '@timestamp': new Date(nowMs - 100 * nth - 1).toISOString(), host: { name } };
    const pct = loadOf(name) + ((nowMs / stepMs + nth) % 3) / 100;
    return [
      { ...common, event: { dataset: 'system.cpu' }, system: { cpu: { total: { norm: { pct } } } } },
      { ...common, agent: { type: 'filebeat' }, event: { dataset: 'app.log' }, message: 'm', log: { level: 'error' } },
    ];
  });

const nothing = (): object[] => [];
const sumOf = (documents: readonly Readonly<Record<string, unknown>>[], field: string): number =>
  documents.reduce((sum, document) => sum + Number(document[field] ?? 0), 0);

describe('documents that wait unread while Offbeat is stopped', () => {
  it.each([
    ['100 s', 100 * second],
    ['5 min', 5 * minute],
    ['6 h', 6 * hour],
  ])('are all counted in their own minutes after %s', async (_name, pauseMs) => {
    await withFlow(async (flow) => {
      await flow.pass(2 * minute, 'read', documentsAt);
      await flow.pass(pauseMs, 'not read', documentsAt);
      await flow.embedded.drain();
      await flow.pass(3 * minute, 'read', nothing);
      const steps = (2 * minute + pauseMs) / stepMs;
      const summaries = await flow.all('offbeat-summaries');
      expect(sumOf(summaries, 'log.records.last')).toBe(steps * hosts.length);
      expect(sumOf(summaries, 'system.cpu.total.norm.pct.count')).toBe(steps * hosts.length);
      expect(await flow.embedded.ports.warehouse.count('offbeat-samples')).toBe(steps * hosts.length);
      expect(flow.ignored()).toEqual({});
    });
  });

  it('give the same alerts and summaries after six hours with one incident as documents that are read at once', {
    timeout: 180_000,
  }, async () => {
    const incident = [startMs + 2 * hour, startMs + 2 * hour + 10 * minute] as const;
    const busy = (nowMs: number) =>
      documentsAt(nowMs, (host) => (host === 'node-b' && nowMs > incident[0] && nowMs <= incident[1] ? 0.9 : 0.2));
    const outcomeOf = (reads: 'read' | 'not read') =>
      withFlow(async (flow) => {
        await flow.pass(6 * hour, reads, busy);
        await flow.embedded.drain();
        await flow.pass(3 * minute, 'read', nothing);
        const families = ['offbeat-summaries', 'offbeat-anomalies', 'offbeat-alerts'] as const;
        const found = await Promise.all(families.map((family) => flow.all(family)));
        return found.map((documents) => documents.map((document) => JSON.stringify(document)).sort());
      });
    const [live, backlog] = [await outcomeOf('read'), await outcomeOf('not read')];
    expect(backlog).toEqual(live);
    expect(live.at(-1)?.map((alert) => JSON.parse(alert)['offbeat.entity.path'])).toEqual(['local/host/node-b']);
  });
});

describe('documents that shippers keep while Offbeat is unreachable', () => {
  it.each([
    ['40 s', 40 * second],
    ['80 s', 80 * second],
    ['3 min', 3 * minute],
  ])('are counted in their own minutes after %s', async (_name, downMs) => {
    await withFlow(async (flow) => {
      await flow.pass(30 * second, 'read', nothing);
      const downAtMs = flow.nowMs;
      flow.nowMs += downMs;
      await flow.embedded.heartbeat();
      await flow.embedded.drain();
      const steps = downMs / stepMs;
      const kept = Array.from({ length: steps }, (_, nth) => documentsAt(downAtMs + (nth + 1) * stepMs)).flat();
      await flow.embedded.append(kept as readonly Record<string, unknown>[]);
      await flow.pass(5 * minute, 'read', nothing);
      const summaries = await flow.all('offbeat-summaries');
      expect(sumOf(summaries, 'log.records.last')).toBe(steps * hosts.length);
      expect(sumOf(summaries, 'system.cpu.total.norm.pct.count')).toBe(steps * hosts.length);
      expect(flow.ignored()).toEqual({});
    });
  });
});

describe('a shipper whose clock is ahead', () => {
  const line = (atMs: number, container: string) => ({
    '@timestamp': new Date(atMs).toISOString(),
    agent: { type: 'filebeat' },
    host: { name: 'node-a' },
    event: { dataset: 'app.log' },
    container: { name: container },
    message: 'm',
    log: { level: 'error' },
  });

  it('by minutes does not make another shipper’s lines of the same host late', async () => {
    await withFlow(async (flow) => {
      const both = (nowMs: number) => [line(nowMs - 1, 'good'), line(nowMs + 9 * minute, 'ahead')];
      await flow.pass(10 * minute, 'read', both);
      await flow.pass(3 * minute, 'read', nothing);
      expect(sumOf(await flow.all('offbeat-summaries'), 'log.records.last')).toBe((2 * 10 * minute) / stepMs);
      expect(flow.ignored()).toEqual({});
    });
  });

  it('by minutes hides no incident that another shipper reports too', async () => {
    const lagOf = (reporter: string, atMs: number, lag: number) => ({
      '@timestamp': new Date(atMs).toISOString(),
      host: { name: reporter },
      event: { dataset: 'kafka.consumergroup' },
      kafka: { consumergroup: { id: 'orders', consumer_lag: lag }, topic: { name: 'orders' }, partition: { id: 0 } },
    });
    await withFlow(async (flow) => {
      await flow.pass(20 * minute, 'read', (nowMs) => {
        const lag = (nowMs - startMs > 12 * minute ? 5_000 : 5) + ((nowMs / stepMs) % 3);
        return [lagOf('kafka-1', nowMs - 100, lag), lagOf('kafka-2', nowMs + 4 * minute, lag)];
      });
      expect(await flow.all('offbeat-alerts')).toHaveLength(1);
    });
  });
});

describe('a machine whose clock is ahead by hours', () => {
  it('is judged and counted again at once when the clock is set right', async () => {
    await withFlow(async (flow) => {
      await flow.pass(10 * minute, 'read', documentsAt);
      flow.nowMs -= 2 * hour;
      const busySinceMs = flow.nowMs + 10 * minute;
      await flow.pass(20 * minute, 'read', (nowMs) => documentsAt(nowMs, () => (nowMs > busySinceMs ? 0.9 : 0.2)));
      const summaries = await flow.all('offbeat-summaries');
      const early = summaries.filter(({ '@timestamp': at }) => Date.parse(String(at)) < startMs - hour);
      expect(sumOf(early, 'log.records.last')).toBeGreaterThan((17 * minute * hosts.length) / stepMs);
      expect((await flow.all('offbeat-alerts')).length).toBeGreaterThan(0);
    });
  });
});
