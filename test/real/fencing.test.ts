import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DetectState } from '../../functions/detect/state.ts';
import { pipeline, type TopicStage } from '../../functions/pipeline.ts';
import type { Environment } from '../../functions/shared/connect/environment.ts';
import { header } from '../../functions/shared/domain/record.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/domain/topics.ts';
import { loadBlocks } from '../../functions/shared/runner/state-blocks.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { GroupsView } from '../../local/kafka/groups-view.ts';
import type { Counts } from '../../local/memory-telemetry.ts';
import { freshServers } from './fresh-servers.ts';
import { KafkaReader, sharedKafka } from './kafka.ts';
import { refresh } from './opensearch.ts';

const partitions = { ...onePartitionEach, [topics.beats]: 4, [topics.samples]: 4, [topics.summaries]: 4 };
const hosts = Array.from({ length: 12 }, (_, nth) => `node-${nth}`);
const minutes = 10;
const samplesAMinute = 6;
const patience = { timeout: 90_000, interval: 100 };
const startMs = Math.floor(Date.now() / 60_000 - 3 * minutes) * 60_000;

/** What every host sends in `minutes` minutes. */
function documentsFrom(beginMs: number) {
  return Array.from(
    { length: minutes * samplesAMinute },
    (_, nth) => beginMs + (nth * 60_000) / samplesAMinute,
  ).flatMap((timeMs, nth) =>
    hosts.map((name) => ({
      '@timestamp': new Date(timeMs).toISOString(),
      event: { dataset: 'system.load', module: 'system' },
      host: { name },
      system: { load: { 1: 1 + (nth % 5) / 10 } },
    })),
  );
}

/** Each host has two minutes open until a tick closes them. */
const openMinutes = 2;

const endOf = (round: number): number => startMs + round * minutes * 60_000;
const inAll = (rounds: number): number => rounds * minutes * samplesAMinute * hosts.length;

describe('two processes that share the partitions of Kafka, over DynamoDB, S3 and OpenSearch', () => {
  let env: Environment;
  let stalled: ChildProcess;
  let other: Embedded;
  let groups: GroupsView;
  let counts: Counts;
  const reader = new KafkaReader(sharedKafka());

  beforeAll(async () => {
    // SNS is left out: nobody is paged here.
    const { OFFBEAT_SNS_ENDPOINT: _sns, OFFBEAT_SQS_ENDPOINT: _sqs, ...servers } = await freshServers(partitions);
    env = { ...servers, OFFBEAT_KAFKA_SESSION: '3s' };
    const stages = pipeline
      .filter((stage): stage is TopicStage => stage.source.kind === 'topics')
      .map(({ name, source }) => ({ stage: name, group: `offbeat-${name}`, topics: source.topics }));
    groups = new GroupsView(sharedKafka(), stages);
    stalled = fork(join(import.meta.dirname, 'held-worker.ts'), [], { env });
    await told(stalled, 'up');
    other = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env, windowMs: 0 });
    await goThrough();
  }, 300_000);
  afterAll(async () => {
    stalled?.kill('SIGKILL');
    await Promise.all([other?.close(), groups?.close(), reader.close()]);
  });

  /** The first round is one process's; its tick is in flight there when it stalls; the second round is everybody's. */
  async function goThrough(): Promise<void> {
    await other.append(documentsFrom(startMs));
    await settled(1, minutes - openMinutes);
    stalled.send('hold');
    await told(stalled, 'holding');
    const held = told(stalled, 'held');
    await other.tick(endOf(1) + 60_000);
    await held;
    // As a virtual machine that is moved: it says nothing, and does not know that it loses its partitions.
    stalled.kill('SIGSTOP');
    await other.start();
    await settled(1, minutes);
    stalled.kill('SIGCONT');
    stalled.send('go on');
    await vi.waitUntil(async () => (await shares()).every((share) => share > 0 && share < 4), patience);
    await other.append(documentsFrom(endOf(1)));
    await settled(2, 2 * minutes - openMinutes);
    await other.tick(endOf(2) + 60_000);
    await settled(2, 2 * minutes);
    const ended = once(stalled, 'message') as Promise<[Counts]>;
    stalled.send('end');
    [counts] = await ended;
  }

  /** Of the samples' partitions, what each process reads for detect. */
  async function shares(): Promise<number[]> {
    const { stages } = await other.health();
    const mine = stages.find(({ name }) => name === 'detect')!.sources.length;
    return [mine, partitions[topics.samples] - mine];
  }

  /** Until every group has read all there is, and the warehouse has it: all samples, and so many minutes of each host. */
  async function settled(rounds: number, summarised: number): Promise<void> {
    await vi.waitFor(async () => {
      expect(await groups.isSettled()).toBe(true);
      await refresh();
      const { warehouse } = other.ports;
      expect(await warehouse.count('offbeat-samples')).toBe(inAll(rounds));
      expect(await warehouse.count('offbeat-summaries')).toBe(summarised * hosts.length);
    }, patience);
  }

  it('fence the one that stalled before its commit point, and send none of its effects', async () => {
    expect(counts['failures{reason=FENCED,stage=detect}']).toBe(1);
    const records = await Promise.all([0, 1, 2, 3].map((partition) => reader.read(topics.summaries, partition)));
    const positions = records.flat().map(({ headers }) => headers[header.position]);
    expect(new Set(positions).size).toBe(positions.length);
    const minutesOf = records.flat().map(({ value }) => {
      const { entity, minuteMs } = JSON.parse(`${value}`);
      return `${entity.name} ${minuteMs}`;
    });
    expect(minutesOf).toHaveLength(2 * minutes * hosts.length);
    expect(new Set(minutesOf).size).toBe(minutesOf.length);
  });

  it('count every document once in the warehouse', async () => {
    const { warehouse } = other.ports;
    expect(await warehouse.count('offbeat-samples')).toBe(inAll(2));
    const summaries = await warehouse.search({ family: 'offbeat-summaries', order: 'oldest first', limit: 10_000 });
    expect(summaries).toHaveLength(2 * minutes * hosts.length);
    for (const summary of summaries) expect(summary).toMatchObject({ 'system.load.1.count': samplesAMinute });
  });

  it("count every sample once in detect's state, whichever of them wrote it", async () => {
    const { ledger, objects } = other.ports;
    const keys = (await ledger.keys()).filter(({ stage }) => stage === 'detect');
    expect(keys.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
    let series = 0;
    for (const key of keys) {
      const item = await ledger.read(key);
      expect(item.pending).toBeNull();
      const state = new DetectState(await loadBlocks(key, item, { ledger, objects }), defaultSettings);
      // A sample that came to the state twice would be a duplicate there, one that came too late would be late.
      expect(Object.fromEntries(state.counts)).toEqual({});
      series += state.table.seriesCount;
    }
    expect(series).toBe(hosts.length);
  });

  it('have no dead letter between them', async () => {
    expect(await reader.endOffset(topics.deadLetters, 0)).toBe(0);
  });
});

/** Until a process says a word. */
async function told(child: ChildProcess, word: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onMessage = (message: unknown) => message === word && resolve();
  const onExit = () => reject(new Error(`it ended before it said "${word}"`));
  child.on('message', onMessage).once('exit', onExit);
  await promise.finally(() => child.off('message', onMessage).off('exit', onExit));
}
