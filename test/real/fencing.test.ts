import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DetectState } from '../../functions/detect/state.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { tickVersion } from '../../functions/shared/domain/signal.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { header, type LogRecord } from '../../functions/shared/log/record.ts';
import { onePartitionEach, partitionOf, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { loadBlocks } from '../../functions/shared/runner/state-blocks.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { GroupsView, groupsOfFlow } from '../../local/kafka/groups-view.ts';
import type { Counts } from '../../local/memory-telemetry.ts';
import { freshServers } from './fresh-servers.ts';
import { KafkaReader, record, sharedKafka } from './kafka.ts';
import { refresh } from './opensearch.ts';

const partitions = { ...onePartitionEach, [topics.beats]: 4, [topics.samples]: 4, [topics.summaries]: 4 };
const hosts = Array.from({ length: 12 }, (_, nth) => `node-${nth}`);
const samplesAMinute = 6;
const patience = { timeout: 90_000, interval: 100 };
const startMs = Math.floor(Date.now() / 60_000 - 40) * 60_000;
const timeAfter = (minutes: number): number => startMs + minutes * 60_000;

/** The scope. The documents are a replay's, so that the test decides the time. */
const replay = 'replayed';
const replayed = (value: object, headers: Readonly<Record<string, string>> = {}) =>
  record({
    topic: topics.beats,
    partition: partitionOf(replay, partitions[topics.beats]),
    key: replay,
    value: Buffer.from(JSON.stringify(value)),
    headers: { ...headers, [header.replay]: replay },
  });

/** Returns what every host sends in some of the minutes. */
const documentsOf = (fromMinute: number, toMinute: number) =>
  Array.from({ length: (toMinute - fromMinute) * samplesAMinute }, (_, nth) =>
    hosts.map((name) =>
      replayed({
        '@timestamp': new Date(timeAfter(fromMinute + nth / samplesAMinute)).toISOString(),
        event: { dataset: 'system.load', module: 'system' },
        host: { name },
        system: { load: { 1: 1 + (nth % 5) / 10 } },
      }),
    ),
  ).flat();

/** Returns the tick that closes the minutes before this one. */
const tickAt = (minute: number) =>
  replayed({ scope: replay, timeMs: timeAfter(minute + 1) }, { [header.schema]: tickVersion });

/** The number of minutes that each host has open until a tick closes them. */
const openMinutes = 2;

/** The batch of each stage that is in flight when its process stalls, and what follows. */
const batches = {
  // The effects of a tick in detect are summaries.
  detect: { inFlight: [tickAt(10)], minutesInFlight: 0 },
  // By then the effects of a document and of a tick in normalise have been appended.
  normalise: { inFlight: [tickAt(10), ...documentsOf(10, 15)], minutesInFlight: 5 },
};

describe.each(['normalise', 'detect'] as const)(
  'two processes that share the partitions of Kafka, one of which stalls before a commit point of %s',
  (stage) => {
    const { inFlight, minutesInFlight } = batches[stage];
    let stalled: ChildProcess;
    let other: Embedded;
    let groups: GroupsView;
    let counts: Counts;
    const reader = new KafkaReader(sharedKafka());

    beforeAll(async () => {
      // SNS is left out: no page is sent here.
      const { OFFBEAT_SNS_ENDPOINT: _sns, OFFBEAT_SQS_ENDPOINT: _sqs, ...servers } = await freshServers(partitions);
      const env: Environment = { ...servers, OFFBEAT_KAFKA_SESSION: '3s' };
      groups = new GroupsView(sharedKafka(), groupsOfFlow());
      stalled = fork(join(import.meta.dirname, 'held-worker.ts'), [], { env });
      await reported(stalled, 'up');
      const options = { dataDir: undefined, settings: defaultSettings, terminal: () => {}, env, windowMs: 0 };
      other = await openEmbedded(options);
      await goThrough();
    }, 300_000);
    afterAll(async () => {
      stalled?.kill('SIGKILL');
      await Promise.all([other?.close(), groups?.close(), reader.close()]);
    });

    /**
     * Lets one process read the first ten minutes; a batch of it is in flight when it stalls; all processes read the
     * next ten.
     */
    async function goThrough(): Promise<void> {
      await append(documentsOf(0, 10));
      await settled(10, 10 - openMinutes);
      stalled.send(`hold ${stage}`);
      await reported(stalled, 'holding');
      const held = reported(stalled, 'held');
      await append(inFlight);
      await held;
      // As a virtual machine that is moved: it reports nothing, and is not notified that it loses its partitions.
      stalled.kill('SIGSTOP');
      await other.start();
      await settled(10 + minutesInFlight, 10 + Math.max(0, minutesInFlight - openMinutes));
      stalled.kill('SIGCONT');
      stalled.send('go on');
      await vi.waitUntil(async () => (await shares()).every((share) => share > 0 && share < 4), patience);
      await append(documentsOf(10 + minutesInFlight, 20));
      await settled(20, 20 - openMinutes);
      await append([tickAt(20)]);
      await settled(20, 20);
      const ended = once(stalled, 'message') as Promise<[Counts]>;
      stalled.send('end');
      [counts] = await ended;
    }

    async function append(records: readonly ReturnType<typeof replayed>[]): Promise<void> {
      expect(await other.ports.eventLog.append(records)).toEqual([]);
    }

    /** Returns the partitions of samples that each process reads for detect. */
    async function shares(): Promise<number[]> {
      const { stages } = await other.health();
      const mine = stages.find(({ name }) => name === 'detect')!.sources.length;
      return [mine, partitions[topics.samples] - mine];
    }

    /** Waits until every group has read everything, and the warehouse has samples and summaries of so many minutes. */
    async function settled(minutes: number, summarised: number): Promise<void> {
      await vi.waitFor(async () => {
        expect(await groups.isSettled()).toBe(true);
        await refresh();
        const { warehouse } = other.ports;
        expect(await warehouse.count('offbeat-samples')).toBe(minutes * samplesAMinute * hosts.length);
        expect(await warehouse.count('offbeat-summaries')).toBe(summarised * hosts.length);
      }, patience);
    }

    async function recordsOf(topic: Topic): Promise<LogRecord[]> {
      const all = Array.from({ length: partitions[topic] }, (_, partition) => reader.read(topic, partition));
      return (await Promise.all(all)).flat();
    }

    it('fence the one that stalled, because another one owned its partition meanwhile', () => {
      expect(counts[`failures{reason=FENCED,stage=${stage}}`]).toBeGreaterThan(0);
    });

    // Detect sends nothing before the commit point.
    if (stage === 'normalise') {
      it('append again the records of the one that stalled, under the same positions', async () => {
        const samples = await recordsOf(topics.samples);
        const again = samples.length - new Set(samples.map(inPlace)).size;
        expect(again).toBeGreaterThanOrEqual(inFlight.length);
      });
    }

    it('send each effect of detect under one position, and none of a batch that was fenced', async () => {
      // Effects that are decided and were not acknowledged in time are sent again, by the owner of the partition then.
      const summaries = [...new Map((await recordsOf(topics.summaries)).map((each) => [inPlace(each), each])).values()];
      const minutesOf = summaries.map(({ value }) => {
        const { entity, minuteMs } = JSON.parse(`${value}`);
        return `${entity.name} ${minuteMs}`;
      });
      expect(minutesOf).toHaveLength(20 * hosts.length);
      expect(new Set(minutesOf).size).toBe(minutesOf.length);
    });

    it('count every document once in the warehouse', async () => {
      const { warehouse } = other.ports;
      expect(await warehouse.count('offbeat-samples')).toBe(20 * samplesAMinute * hosts.length);
      const summaries = await warehouse.search({ family: 'offbeat-summaries', order: 'oldest first', limit: 10_000 });
      expect(summaries).toHaveLength(20 * hosts.length);
      for (const summary of summaries) expect(summary).toMatchObject({ 'system.load.1.count': samplesAMinute });
    });

    it("count every sample once in detect's state, whichever process wrote it", async () => {
      const { ledger, objects } = other.ports;
      const keys = (await ledger.keys()).filter((key) => key.stage === 'detect');
      expect(keys.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
      let series = 0;
      for (const key of keys) {
        const item = await ledger.read(key);
        expect(item.pending).toBeNull();
        const state = new DetectState(await loadBlocks(key, item, { ledger, objects }), defaultSettings);
        // A sample that reached the state twice would be counted as a duplicate, and a late one as late.
        expect(Object.fromEntries(state.counts)).toEqual({});
        series += state.table.seriesCount;
      }
      expect(series).toBe(hosts.length);
    });

    it('make no dead letter', async () => {
      expect(await reader.endOffset(topics.deadLetters, 0)).toBe(0);
    });
  },
);

/** Returns a record's partition and position, by which its reader counts it. */
const inPlace = ({ partition, headers }: LogRecord): string => `${partition} ${headers[header.position]}`;

/** Waits until a process prints a word. */
async function reported(child: ChildProcess, word: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onMessage = (message: unknown) => message === word && resolve();
  const onExit = () => reject(new Error(`it ended before it reported "${word}"`));
  child.on('message', onMessage).once('exit', onExit);
  await promise.finally(() => child.off('message', onMessage).off('exit', onExit));
}
