import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOptions, type KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { groupsInUse } from '../../functions/shared/adapters/kafka/groups.ts';
import { existingPartitions } from '../../functions/shared/adapters/kafka/topics.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { groupsOfFlow } from '../../local/kafka/groups-view.ts';
import { spawnOffbeat } from '../bin/run-cli.ts';
import { loadDocuments } from '../support/load-recording.ts';
import { patience } from '../support/patience.ts';
import { KafkaReader, recreateTopics, sharedKafka, testAdmin } from './kafka.ts';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-prefix-'));
const broker = sharedKafka();
const prefixes = ['team-a', 'team-b', undefined] as const;
type Prefix = (typeof prefixes)[number];

const connectionOf = (prefix: Prefix): KafkaConnection => ({ ...broker, ...(prefix && { prefix }) });
const envOf = (prefix: Prefix) => ({
  OFFBEAT_KAFKA_BROKERS: broker.brokers.join(','),
  OFFBEAT_KAFKA_SESSION: '2s',
  ...(prefix && { OFFBEAT_KAFKA_PREFIX: prefix }),
});

/** Deletes the topics and groups of the prefixes, and those without one. */
async function empty(): Promise<void> {
  const admin = testAdmin(broker);
  const isOurs = (name: string): boolean => /^team-[ab]\./.test(name);
  try {
    const there = (await admin.listTopics()).filter(isOurs);
    if (there.length > 0) await admin.deleteTopics({ topics: there });
    await vi.waitUntil(async () => !(await admin.listTopics()).some(isOurs), { timeout: 10_000 });
    const groups = [...(await admin.listGroups()).keys()].filter(isOurs);
    if (groups.length > 0) await admin.deleteGroups({ groups });
  } finally {
    await admin.close();
  }
  await recreateTopics(broker, onePartitionEach);
}

/** Ships texts to a topic by its name on the brokers, as a Beat does. */
async function ship(topic: string, ...texts: readonly string[]): Promise<void> {
  const producer = new Producer<string, Buffer>(clientOptions(broker, 'a-beat', 10_000));
  await producer.send({ messages: texts.map((text) => ({ topic, value: Buffer.from(text) })) });
  await producer.close();
}

const beat = (name: string): string =>
  JSON.stringify({ ...loadDocuments[0], '@timestamp': new Date().toISOString(), host: { name } });

/** Returns the number of records that each deployment's topic has, by its name on the brokers. */
async function lengths(logical: string): Promise<Readonly<Record<string, number>>> {
  const reader = new KafkaReader(broker);
  const names = prefixes.map((prefix) => (prefix === undefined ? logical : `${prefix}.${logical}`));
  const counts = await Promise.all(names.map((name) => reader.endOffset(name, 0)));
  await reader.close();
  return Object.fromEntries(names.map((name, nth) => [name, counts[nth]!]));
}

describe('deployments with different prefixes on one broker', () => {
  const running = new Map<Prefix, Embedded>();
  let dataDirs: ReadonlyMap<Prefix, string>;
  const open = async (prefix: Prefix): Promise<Embedded> => {
    const dataDir = dataDirs.get(prefix);
    const embedded = await openEmbedded({ dataDir, settings: defaultSettings, terminal: () => {}, env: envOf(prefix) });
    running.set(prefix, embedded);
    return embedded;
  };
  const close = async (prefix: Prefix): Promise<void> => {
    await running.get(prefix)?.close();
    running.delete(prefix);
  };
  /** Runs a command as the operator of a deployment, whose process does not run. */
  const command = (prefix: Prefix, ...args: readonly string[]) => {
    const { PATH, HOME } = process.env;
    return spawnOffbeat([...args, '--data', dataDirs.get(prefix)!], '', folder, { PATH, HOME, ...envOf(prefix) });
  };

  beforeEach(async () => {
    await empty();
    dataDirs = new Map(prefixes.map((prefix) => [prefix, mkdtempSync(join(folder, prefix ?? 'none-'))]));
    for (const prefix of prefixes) await open(prefix);
  });
  afterEach(async () => {
    for (const prefix of [...running.keys()]) await close(prefix);
  });
  afterAll(async () => {
    await empty();
    rmSync(folder, { recursive: true });
  });

  it('make topics of their own, each under its prefix', async () => {
    for (const prefix of prefixes) {
      expect(await existingPartitions(connectionOf(prefix))).toEqual(onePartitionEach);
    }
    const admin = testAdmin(broker);
    const names = (await admin.listTopics()).filter((name) => name.endsWith('offbeat.beats'));
    await admin.close();
    expect(names.sort()).toEqual(['offbeat.beats', 'team-a.offbeat.beats', 'team-b.offbeat.beats']);
  });

  it.each(prefixes)('make samples of the beats of %s alone, all at the same time', async (prefix) => {
    await ship(prefix === undefined ? 'offbeat.beats' : `${prefix}.offbeat.beats`, beat('node-a'), beat('node-b'));
    await Promise.all(prefixes.map((each) => running.get(each)!.drain()));
    for (const each of prefixes) {
      const { documents_read, samples_made } = running.get(each)!.telemetry.counts();
      const count = each === prefix ? 2 : undefined;
      expect([documents_read, samples_made]).toEqual([count, count]);
    }
    const samples = Object.values(await lengths(topics.samples));
    expect(samples.map((count) => count >= 2)).toEqual(prefixes.map((each) => each === prefix));
  });

  it('join groups of their own, and report their topics without the prefix', async () => {
    await Promise.all(prefixes.map((prefix) => running.get(prefix)!.start()));
    const groups = groupsOfFlow().map(({ group }) => group);
    for (const prefix of prefixes) {
      const expected = prefix === undefined ? groups : groups.map((group) => `${prefix}.${group}`);
      // A member that the machine does not let run for a session leaves its group for a moment.
      await vi.waitFor(async () => {
        expect(await groupsInUse(connectionOf(prefix), groups)).toEqual(expected);
        const { stages } = await running.get(prefix)!.health();
        const read = stages.flatMap(({ sources }) => sources.flatMap((each) => ('topic' in each ? [each.topic] : [])));
        expect([...new Set(read)].sort()).toEqual(
          Object.values(topics)
            .filter((t) => t !== topics.deadLetters)
            .sort(),
        );
      }, patience);
    }
  });

  it('redrive the dead letters of the named one, to its topic', async () => {
    await ship('team-a.offbeat.beats', 'no document');
    await ship('team-b.offbeat.beats', 'no document either');
    for (const prefix of prefixes) {
      await running.get(prefix)!.drain();
      await close(prefix);
    }
    const dry = await command('team-a', 'redrive', '--dry-run');
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^0\/0 {2}offbeat\.beats {2}normalise {2}not JSON.*\n1 dead letter would be sent back\n$/,
    );
    const before = await lengths(topics.beats);
    expect((await command('team-a', 'redrive')).stdout).toMatch(/^1 dead letter sent back/);
    expect(await lengths(topics.beats)).toEqual({
      ...before,
      'team-a.offbeat.beats': before['team-a.offbeat.beats']! + 1,
    });
  });

  it('raise the epoch of the named one, which then continues by itself', async () => {
    await ship('team-a.offbeat.beats', beat('node-a'));
    await ship('team-b.offbeat.beats', beat('node-b'));
    for (const prefix of prefixes) {
      await running.get(prefix)!.drain();
      await close(prefix);
    }
    const { status, stdout } = await command('team-a', 'new-epoch', 'detect');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^detect offbeat\.samples\/0 is at epoch 1 and continues with the next record that arrives/);
    await ship('team-a.offbeat.beats', beat('node-a'));
    for (const [prefix, epoch] of [
      ['team-a', 1],
      ['team-b', 0],
    ] as const) {
      const { ports, drain, telemetry } = await open(prefix);
      await drain();
      const [key] = (await ports.ledger.keys()).filter(({ stage }) => stage === 'detect');
      expect(key).toMatchObject({ topic: topics.samples, partition: 0 });
      expect((await ports.ledger.read(key!)).epoch).toBe(epoch);
      expect(telemetry.counts().samples_made).toBe(prefix === 'team-a' ? 1 : undefined);
    }
  });

  it('report brokers that do not answer when the groups are looked up', async () => {
    const away = { brokers: ['127.0.0.1:1'] };
    await expect(groupsInUse(away, ['offbeat-detect'])).rejects.toThrow(UnavailableError);
  });
});
