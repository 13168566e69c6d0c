import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { freshLedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../memory-broker.ts';
import { layoutOf, newPath, numbered, open, record } from './open-store.ts';

const key = { stage: 'detect', topic: topics.samples, partition: 0 };
const decision = { nextOffset: 3, newestRecordMs: 7, decidedAtMs: 8, blocks: {}, pending: 'object', attempt: 'object' };
const progress = { hash: 'recording', cluster: 'recorded', startedMs: 1, lastLine: 3, done: false };
const delivery = { receiver: 'hook', alertId: 'alert' };
const claim = { revision: 1, nowMs: 0, leaseMs: 60_000, receivedMs: 0, healthySinceMs: 0 };
const message = { id: 'alert:1', group: 'alert', subject: '', body: '{}', attributes: {} };
const document = { '@timestamp': '2026-11-23T15:00:00.000Z', 'offbeat.entity.path': 'prod/host/a', 'system.load.1': 1 };

describe('a store that is opened again', () => {
  it('has all of its data', async () => {
    const path = newPath();
    const first = open(path);
    await first.replays.append(numbered(3), progress);
    first.broker.commit('normalise', topics.beats, 0, 2);
    const decided = await first.ledger.advance(key, freshLedgerItem, decision);
    await first.objects.put('object', Buffer.from('bytes'));
    await first.warehouse.write([{ family: 'offbeat-samples', id: 'a', timeMs: 0, document }]);
    await first.deliveries.claim(delivery, { ...claim, owner: 'a' });
    await first.deliveries.acknowledge(delivery, { ...claim, owner: 'a' });
    await first.publisher.publish(message, new AbortController().signal);
    await first.queue.deadLetter('given up', 'hook: answered 410');
    const totals = first.totals();
    first.close();

    const second = open(path);
    expect(
      second.broker.read(topics.beats, 0, 0, { recordsMax: 10, bytesMax: 1e6 }).map(({ value }) => `${value}`),
    ).toEqual(['0', '1', '2']);
    expect(second.broker.committed('normalise', topics.beats, 0)).toBe(2);
    expect(second.replays.progress('recording')).toEqual(progress);
    expect(await second.ledger.read(key)).toEqual(decided);
    expect(`${await second.objects.get('object')}`).toBe('bytes');
    expect(await second.warehouse.count('offbeat-samples')).toBe(1);
    expect(await second.deliveries.claim(delivery, { ...claim, owner: 'b' })).toEqual({ kind: 'acknowledged' });
    expect(JSON.parse(second.queue.receive(1, 0, 1)[0]!.body)).toMatchObject({ Message: message.body });
    expect(second.queue.deadLetters()).toMatchObject([{ body: 'given up' }]);
    expect(second.totals()).toEqual(totals);
    expect(totals).toEqual({ documents: 3, samples: 1, series: 1, anomalies: 0, alerts: 0, deadLetters: 1 });
  });

  it('ends leases and receipts of the process before, and leaves waiting messages hidden', async () => {
    const path = newPath();
    const first = open(path);
    await first.deliveries.claim(delivery, { ...claim, owner: 'a' });
    for (const body of ['in flight', 'waiting']) {
      await first.publisher.publish({ ...message, body }, new AbortController().signal);
    }
    const [, waiting] = first.queue.receive(2, first.clock.timeMs, 360_000);
    await first.queue.retryLater(waiting!.receiptHandle, 5_000);
    first.close();

    const { deliveries, queue, clock } = open(path);
    expect(await deliveries.claim(delivery, { ...claim, owner: 'b' })).toEqual({ kind: 'claimed' });
    const bodies = () => queue.receive(9, clock.timeMs, 360_000).map(({ body }) => JSON.parse(body).Message);
    expect(bodies()).toEqual(['in flight']);
    clock.timeMs += 5_000;
    expect(bodies()).toEqual(['waiting']);
  });

  it('continues its offsets where it stopped', async () => {
    const path = newPath();
    const first = open(path);
    await first.eventLog.append(numbered(200));
    first.close();
    const second = open(path);
    await second.eventLog.append(numbered(1));
    expect(
      second.broker.read(topics.beats, 0, 200, { recordsMax: 10, bytesMax: 1e6 }).map(({ offset }) => offset),
    ).toEqual([200]);
  });

  it('has all commits although the process died without closing it', async () => {
    const path = newPath();
    await open(path).eventLog.append(numbered(3));
    expect(open(path).broker.endOffset(topics.beats, 0)).toBe(3);
  });

  it('may be closed twice', () => {
    const store = open(newPath());
    store.close();
    store.close();
  });
});

describe('the layout', () => {
  it.each([
    [1, 2],
    [4, 1],
  ])('of %i partitions refuses to become %i, and stays as it is', (made, given) => {
    const path = newPath();
    open(path, layoutOf({ [topics.samples]: made })).close();
    const other = layoutOf({ [topics.samples]: given });
    expect(() => open(path, other)).toThrow(UsageError);
    expect(() => open(path, other)).toThrow(
      `${path} was made with ${made} partitions of offbeat.samples, and ${given} are requested; a key must keep its ` +
        `partition: request ${made}, or choose another directory with --data`,
    );
    open(path, layoutOf({ [topics.samples]: made }));
  });

  /** The most partitions of one topic, beside one partition of every other topic. */
  const most = 8_191 - (Object.keys(topics).length - 1);

  it('of more partitions than the keys allow is refused', () => {
    expect(() => open(':memory:', layoutOf({ [topics.samples]: most + 1 }))).toThrow(/at most 8191/);
    open(':memory:', layoutOf({ [topics.samples]: most }));
  });

  it('separates the partitions of all topics, to the last one', async () => {
    const store = open(':memory:', layoutOf({ [topics.samples]: most }));
    const last = { topic: topics.samples, partition: most - 1 };
    await store.eventLog.append([record({ ...last, text: 'last' }), record({ text: 'beat' })]);
    const read = (topic: string, partition: number) =>
      store.broker
        .read(topic, partition, 0, { recordsMax: 10, bytesMax: 1e6 })
        .map(({ offset, value }) => `${offset} ${value}`);
    expect(read(last.topic, last.partition)).toEqual(['0 last']);
    expect(read(topics.samples, most - 2)).toEqual([]);
    expect(read(topics.beats, 0)).toEqual(['0 beat']);
  });
});

describe('a file', () => {
  const tryToOpen = (path: string) => () => openStore(path, layoutOf(), new ManualClock());

  it('that an earlier Offbeat made is refused in one line, and left as it is', () => {
    const path = newPath();
    open(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 2');
    expect(tryToOpen(path)).toThrow(/made by an earlier Offbeat.*\(version 2 of the store, .*: delete it, or choose/);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
    database.close();
  });

  it('that a newer Offbeat made is refused, and left as it is', () => {
    const path = newPath();
    open(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 1000');
    expect(tryToOpen(path)).toThrow(UsageError);
    expect(tryToOpen(path)).toThrow(/made by a newer Offbeat \(version 1000 of the store, .*: update Offbeat/);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1000 });
    database.close();
  });

  it('that is a database of another program is refused, and keeps its content', () => {
    const path = newPath();
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE theirs (a); PRAGMA user_version = 1');
    expect(tryToOpen(path)).toThrow(`${path} is no store of Offbeat: choose another directory with --data`);
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }]);
    database.close();
  });

  it('that is no database is refused', () => {
    const path = newPath();
    writeFileSync(path, 'these are notes, and no database at all; '.repeat(100));
    expect(tryToOpen(path)).toThrow(UsageError);
    expect(tryToOpen(path)).toThrow(`cannot use ${path} as a store: file is not a database`);
  });

  it('in a directory that does not exist is refused', () => {
    const path = join(newPath(), 'deeper', 'offbeat.db');
    expect(tryToOpen(path)).toThrow(UsageError);
    expect(tryToOpen(path)).toThrow(`cannot use ${path} as a store: unable to open database file`);
  });
});

it('a store in memory is separate for each opener', async () => {
  const [first, second] = [open(), open()];
  await first.eventLog.append(numbered(1));
  expect(second.broker.endOffset(topics.beats, 0)).toBe(0);
});
