import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveScope } from '../../functions/shared/domain/sample.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { header } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { awayMs, expectAllTaken } from '../support/sigkill/away.ts';
import { Killing, type Replayed } from '../support/sigkill/killing.ts';
import { differences, outcomeOf } from '../support/sigkill/outcome.ts';
import { writeSpoiltRecording } from '../support/sigkill/spoilt-recording.ts';

// The short form of test/integrity: few kills, over the first minutes of the recording.

let killing: Killing;
let recording: string;
let undisturbed: Replayed;
let store: string;

beforeAll(async () => {
  killing = await Killing.open();
  recording = killing.file('spoilt.ndjson');
  writeSpoiltRecording(recording, 4_000);
  undisturbed = await killing.replay(recording, []);
  store = killing.storePath();
});
afterAll(() => killing.close());

describe('a replay that is killed with SIGKILL', () => {
  it('loses nothing and doubles nothing', async () => {
    const replayed = await killing.replay(recording, [{ nth: 3 }, { nth: 8 }, { nth: 12 }, { nth: 26 }]);
    expect(replayed.deaths).toHaveLength(4);
    expect(differences(undisturbed.outcome, replayed.outcome)).toEqual([]);
    expect([...replayed.received.keys()].sort()).toEqual([...undisturbed.received.keys()].sort());
  });
});

describe('a replay whose receiver is unavailable, and that is killed at each call that follows', () => {
  it('delivers every first page and newest state within a minute of its return, and none after its acknowledgement is recorded', async () => {
    const places = [
      'after receivers.failed',
      'before deliveries.wait',
      'after deliveries.claim',
      'before queue.sendAgain',
      'after queue.sendAgain',
      'before deliveries.acknowledge',
      'after deliveries.acknowledge',
      'before queue.showWaiting',
    ];
    const replayed = await killing.replay(
      recording,
      places.map((at) => ({ at, nth: 1 })),
      awayMs,
    );
    expect(replayed.deaths).toEqual(places);
    expectAllTaken(replayed, undisturbed);
  });
});

/** Removes the last batch of records of a topic, as if it had never been appended. */
const withoutEnd = (topic: string): string => `
  CREATE TEMP TABLE lost AS SELECT max(at) AS at FROM batches
    WHERE at >> 40 = (SELECT place FROM partitions WHERE topic = '${topic}');
  UPDATE partitions SET next_offset = (SELECT at & ((1 << 40) - 1) FROM lost) WHERE topic = '${topic}';
  DELETE FROM batches WHERE at = (SELECT at FROM lost)`;

const documentAgain = (family: string): string =>
  `INSERT INTO "${family}" (id, time_ms, version, written_ms, series_group, document) ` +
  `SELECT id || 'x', time_ms, version, written_ms, series_group, document FROM "${family}" LIMIT 1`;

describe('the comparison of two outcomes', () => {
  it('is made of outcomes that have content in every place that a replay fills', () => {
    const filled = [...undisturbed.outcome].filter(([, lines]) => lines.length > 0).map(([part]) => part);
    expect(filled.sort()).toEqual([
      'deliveries',
      'offbeat-alerts',
      'offbeat-anomalies',
      'offbeat-inventory',
      'offbeat-samples',
      'offbeat-summaries',
      ...Object.values(topics).sort(),
      'replays',
      'state',
      'totals',
    ]);
    expect(undisturbed.received.size).toBeGreaterThan(0);
  });

  it.each([
    ['offbeat-samples', 'missing', 'DELETE FROM "offbeat-samples" WHERE row = 1'],
    ['offbeat-samples', 'too many', documentAgain('offbeat-samples')],
    ['offbeat-summaries', 'missing', 'DELETE FROM "offbeat-summaries" WHERE row = 1'],
    ['offbeat-anomalies', 'missing', 'DELETE FROM "offbeat-anomalies" WHERE row = 1'],
    ['offbeat-anomalies', 'too many', documentAgain('offbeat-anomalies')],
    ['offbeat-alerts', 'missing', 'DELETE FROM "offbeat-alerts" WHERE row = 1'],
    ['offbeat-alerts', 'too many', documentAgain('offbeat-alerts')],
    ['offbeat.alerts', 'missing', withoutEnd('offbeat.alerts')],
    ['offbeat.signals', 'missing', withoutEnd('offbeat.signals')],
    ['deliveries', 'missing', "DELETE FROM deliveries WHERE receiver = 'hook'"],
    ['queue', 'too many', "INSERT INTO messages (message_id, body) VALUES ('x', '{}')"],
    ['state', 'missing', "UPDATE ledger SET pending = 'x' WHERE stage = 'detect'"],
  ])('finds in %s what is %s', async (part, what, damage) => {
    const damaged = killing.file('damaged.db');
    copyFileSync(store, damaged);
    const database = new DatabaseSync(damaged);
    database.exec(damage);
    database.close();
    const found = differences(undisturbed.outcome, await outcomeOf(damaged));
    expect(found).toContainEqual(expect.stringContaining(`${part}: 1 ${what}: `));
    // Anomalies and alerts are among the totals too.
    expect(found.every((difference) => difference.startsWith(`${part}: `) || difference.startsWith('totals: '))).toBe(
      true,
    );
  });

  it.each([['offbeat.alerts'], ['offbeat.signals'], ['offbeat.samples']] as const)(
    'notices in %s what was appended twice under another position, and not what was under the same',
    async (topic) => {
      const doubled = killing.file('doubled.db');
      copyFileSync(store, doubled);
      const open = openStore(doubled, defaultLayout, systemClock);
      const record = open.broker
        .read(topic, 0, 0, { recordsMax: 1_000, bytesMax: 64_000_000 })
        .find(({ key }) => key !== liveScope);
      const again = { ...record!, value: record!.value! };
      await open.eventLog.append([again]);
      open.close();
      expect(differences(undisturbed.outcome, await outcomeOf(doubled))).toEqual([]);
      const other = openStore(doubled, defaultLayout, systemClock);
      await other.eventLog.append([{ ...again, headers: { ...again.headers, [header.position]: 'x 0 1 1' } }]);
      other.close();
      const found = differences(undisturbed.outcome, await outcomeOf(doubled));
      expect(found).toEqual([expect.stringContaining(`${topic}: 1 too many: `)]);
    },
  );

  it('finds one changed word', () => {
    const lines = undisturbed.outcome.get('offbeat-alerts')!;
    const other = new Map(undisturbed.outcome).set('offbeat-alerts', [
      ...lines.slice(1),
      lines[0]!.replace('node', 'mode'),
    ]);
    expect(differences(undisturbed.outcome, other)).toHaveLength(2);
  });
});
