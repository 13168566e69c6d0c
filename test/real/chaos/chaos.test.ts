import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertSchema } from '../../../functions/shared/domain/alert.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { writeSpoiltRecording } from '../../support/sigkill/spoilt-recording.ts';
import type { Documents } from '../documents.ts';
import { feed } from './feed.ts';
import { Killer } from './killer.ts';
import { chaosLayout, Scene } from './scene.ts';
import {
  countedLoads,
  countIndependently,
  type IndependentCount,
  idOf,
  type Undisturbed,
  undisturbed,
} from './undisturbed.ts';
import { Workers } from './workers.ts';

const killsMin = 30;
/** Milliseconds that each of the recording's 182 ticks of 10 s takes at least. */
const tickMs = 1_000;
/** The same while workers race for partitions, so that the recording lasts as long as the patience. */
const racingTickMs = 3_000;
/** Milliseconds by which a commit is late while workers race: the other one reads the same batch meanwhile. */
const commitMs = 1_000;
const searchAwayMs = 60_000;
const throttledMs = 12_000;
const receiverAwayMs = 40_000;
/** Milliseconds longer than a session, after which the partitions of a worker that stands still move to the other. */
const pausedMs = 6_000;
const patience = { timeout: 240_000, interval: 500 };

const folder = mkdtempSync(join(tmpdir(), 'offbeat-chaos-recording-'));
const file = join(folder, 'spoilt.ndjson');

/**
 * Waits for a time, and then for the condition: on a busy machine workers that were killed may take all of the time to
 * start. A test of its own says when the condition was never met.
 */
async function lasts(ms: number, isMet: () => boolean): Promise<void> {
  await Promise.all([delay(ms), vi.waitUntil(isMet, patience).catch(() => {})]);
}

describe('two workers on real servers that are all unavailable at times', () => {
  let expected: Undisturbed;
  let count: IndependentCount;
  let scene: Scene;
  let workers: Workers;
  let killer: Killer;
  let documents: Documents;
  /** The records of samples, all of them normalise's, by partition and position. */
  let samples: ReadonlyMap<string, readonly LogRecord[]>;
  const pagesWhileSearchWasAway: string[] = [];

  beforeAll(async () => {
    writeSpoiltRecording(file);
    count = countIndependently(file);
    expected = await undisturbed(file);
    scene = await Scene.open();
    const url = await scene.receiver.listen();
    workers = new Workers({ ...scene.env, OFFBEAT_CHAOS_HOOK: url });
    killer = new Killer(workers);
    await goThrough();
    documents = await scene.documents();
    samples = Map.groupBy(
      await scene.records(topics.samples),
      ({ partition, headers }) => `${partition} ${headers[header.position]}`,
    );
  }, 900_000);

  afterAll(async () => {
    process.stdout.write(`${figures()}\n`);
    killer?.stop();
    await workers?.stop();
    await scene?.close();
    rmSync(folder, { recursive: true });
  });

  /** The events, by the recording's tick at which they happen. Each continues while others follow. */
  const script: Readonly<Record<number, () => Promise<void>>> = {
    20: () => killer.pause(0, pausedMs),
    30: raceForPartitions,
    55: searchGoesAway,
    100: () => killer.pause(1, pausedMs),
    120: async () => {
      await scene.kafka.server.stop();
      await scene.kafka.server.start();
    },
    135: async () => {
      scene.dynamodb.isShut = true;
      await lasts(throttledMs, () => scene.dynamodb.refused > 0);
      scene.dynamodb.isShut = false;
    },
    145: async () => {
      scene.isReceiverAway = true;
      await lasts(receiverAwayMs, () => scene.turnedAway > 0);
      scene.isReceiverAway = false;
    },
    155: () => killer.pause(0, pausedMs),
  };

  async function goThrough(): Promise<void> {
    const happening: Promise<void>[] = [];
    // A receiver's answer may be the last that a worker gets.
    const dyingAt = new Set([2, 6, 10]);
    scene.onDelivery = () => {
      if (dyingAt.delete(scene.receiver.received.size)) happening.push(killer.killAll());
    };
    killer.start();
    await feed({
      file,
      eventLog: scene.log,
      layout: chaosLayout,
      beforeTick: async (tick) => {
        const event = script[tick]?.();
        if (event !== undefined) happening.push(event);
        // All of them are reported together at the end.
        event?.catch(() => {});
        await delay(scene.dynamodb.holdMs > 0 ? racingTickMs : tickMs);
      },
    });
    await vi.waitUntil(() => workers.kills >= killsMin, patience);
    killer.stop();
    await Promise.all(happening);
    await vi.waitUntil(() => scene.isQuiet(), patience);
  }

  async function raceForPartitions(): Promise<void> {
    scene.dynamodb.holdMs = commitMs;
    // On a busy machine a worker that is killed every few seconds hardly ever works, and races for nothing.
    await killer.sparing(async () => {
      workers.startRival();
      await lasts(0, () => workers.fenced() > 0);
    });
    scene.dynamodb.holdMs = 0;
    await workers.stopRival();
  }

  async function searchGoesAway(): Promise<void> {
    const before = new Set(scene.receiver.received.keys());
    const pages = (): string[] => [...scene.receiver.received.keys()].filter((id) => !before.has(id));
    await scene.search.server.kill();
    await lasts(searchAwayMs, () => pages().length > 0);
    pagesWhileSearchWasAway.push(...pages());
    await scene.search.server.start();
  }

  function figures(): string {
    const all = documents === undefined ? [] : families.flatMap((family) => documents.get(family) ?? []);
    const wanted = families.flatMap((family) => expected.documents.get(family) ?? []);
    const [lost, doubled] = [surplus(wanted, all), surplus(all, wanted)];
    return [
      `chaos: ${workers?.kills} SIGKILLs (seed ${killer?.seed}), ${workers?.ends} starts that met a server away`,
      `${count.lines} lines, ${count.documents} documents, ${all.length} documents in the warehouse`,
      `lost ${lost}, doubled or other ${doubled}`,
      `${expected.sent.size} transitions sent, ${scene?.receiver.received.size} deliveries (${overtaken()} overtaken by a newer one), ${repeats()} repeated, ` +
        `${scene?.afterAcknowledgement.length} after their acknowledgement, ${scene?.turnedAway} while the receiver was away`,
      `DynamoDB refused ${scene?.dynamodb.refused} requests, ${pagesWhileSearchWasAway.length} pages while OpenSearch was away`,
      `${workers?.fenced()} batches lost a race for their partition`,
      `${samplesAgain()} of ${samples?.size} records of samples were appended again`,
    ].join('; ');
  }

  const overtaken = (): number => [...expected.sent].filter((one) => !receivedTransitions().has(one)).length;
  const repeats = (): number =>
    [...(scene?.receiver.received.values() ?? [])].reduce((sum, bodies) => sum + bodies.length - 1, 0);

  const samplesAgain = (): number => [...(samples?.values() ?? [])].reduce((sum, same) => sum + same.length - 1, 0);

  it(`are killed ${killsMin} times at least`, () => {
    expect(workers.kills).toBeGreaterThanOrEqual(killsMin);
  });

  it('leave in the warehouse exactly what one undisturbed worker leaves', () => {
    for (const family of families) expect(documents.get(family)).toEqual(expected.documents.get(family));
  });

  it('count every document once, in the warehouse and in the state, as an independent count does', () => {
    expect(documents.get('offbeat-samples')).toHaveLength(count.documents);
    expect(countedLoads(documents)).toEqual(count.loads);
  });

  it('make each unreadable line a dead letter, under one position', async () => {
    const letters = await scene.records(topics.deadLetters);
    expect(new Set(letters.map(({ headers }) => headers[header.position])).size).toBe(expected.deadLetters);
  });

  it('make the same record from a document that normalise reads again after a kill, under the same position', () => {
    const contents = [...samples.values()].map((same) => same.map(contentOf));
    expect(contents.filter((texts) => new Set(texts).size > 1)).toEqual([]);
  });

  it('publish each transition, always with the same content under its id', async () => {
    const texts = new Map<string, Set<string>>();
    for (const text of await scene.published()) {
      const id = idOf(alertSchema.parse(JSON.parse(text)));
      texts.set(id, (texts.get(id) ?? new Set()).add(text));
    }
    expect(new Set(texts.keys())).toEqual(expected.sent);
    expect([...texts.values()].every((same) => same.size === 1)).toBe(true);
  });

  it('compete for a partition, and the ledger lets one of them win', () => {
    expect(workers.fenced()).toBeGreaterThan(0);
  });

  it('get refusals from a DynamoDB without capacity', () => {
    expect(scene.dynamodb.refused).toBeGreaterThan(0);
  });

  it('try a receiver that is unavailable', () => {
    expect(scene.turnedAway).toBeGreaterThan(0);
  });

  it('send pages while OpenSearch is unavailable', () => {
    expect(pagesWhileSearchWasAway.length).toBeGreaterThan(0);
  });

  it('send the receiver every transition that no newer one replaced, and none after its acknowledgement', async () => {
    const bodies = [...scene.receiver.received.values()];
    expect(bodies.every((same) => new Set(same).size === 1)).toBe(true);
    const received = receivedTransitions();
    expect([...expected.sent].filter((transition) => !received.has(transition) && !isOvertaken(transition))).toEqual(
      [],
    );
    expect([...received].filter((transition) => !expected.sent.has(transition))).toEqual([]);
    // Each worker that a kill hits may hold one. Pages that are lost without a kill would show here.
    expect(overtaken()).toBeLessThan(expected.sent.size / 2);
    expect(scene.afterAcknowledgement).toEqual([]);
    const before = repeats();
    await killer.killAll();
    await vi.waitUntil(() => workers.areUp(), patience);
    await vi.waitUntil(() => scene.isQuiet(), patience);
    expect(repeats()).toBe(before);
    expect(scene.afterAcknowledgement).toEqual([]);
  });

  it('deliver the first page and the newest state of every alert, and leave no message that waits', async () => {
    expect([...expected.neverOvertaken].filter((transition) => !scene.taken.has(transition))).toEqual([]);
    expect(await scene.unsettled()).toEqual([]);
  });

  /**
   * Returns whether a newer transition replaced this one: a message that a killed worker held is received again 90 s
   * later, and a newer one may have been sent by then.
   */
  function isOvertaken(transition: string): boolean {
    const [alert, revision] = transition.split(':');
    return [...receivedTransitions()].some((other) => {
      const [otherAlert, otherRevision] = other.split(':');
      return otherAlert === alert && Number(otherRevision) > Number(revision);
    });
  }

  function receivedTransitions(): ReadonlySet<string> {
    const alerts = [...scene.receiver.received.values()].map(([body]) => JSON.parse(body!).data);
    return new Set(alerts.map(idOf));
  }
});

const contentOf = ({ key, value, headers }: LogRecord): string => JSON.stringify([key, `${value}`, { ...headers }]);

/** Returns the number of the first values that are not among the second. */
function surplus(some: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return some.filter((one) => {
    const there = left.get(one) ?? 0;
    left.set(one, there - 1);
    return there <= 0;
  }).length;
}
