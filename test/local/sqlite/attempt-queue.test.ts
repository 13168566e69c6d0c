import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptKeptMs, SqliteAttemptQueue } from '../../../local/sqlite/attempt-queue.ts';
import { Database } from '../../../local/sqlite/database.ts';
import { makeTables } from '../../../local/sqlite/schema.ts';
import { attempt } from '../../support/attempts.ts';
import { StillClock } from '../../support/memory-ports.ts';

let database: Database;
let clock: StillClock;
let queue: SqliteAttemptQueue;
beforeEach(() => {
  database = new Database(':memory:');
  makeTables(database, ':memory:');
  clock = new StillClock();
  queue = new SqliteAttemptQueue(database, clock, 3);
});
afterEach(() => database.close());

const receivers = (): string[] =>
  queue.receive(100, clock.nowMs(), 60_000).map(({ body }) => JSON.parse(body).receiver);

describe('the queue of attempts in a store', () => {
  it('returns the attempts in order, and hides them until their visibility ends', async () => {
    await queue.send(attempt({ receiver: 'a' }));
    await queue.send(attempt({ receiver: 'b' }));
    expect(receivers()).toEqual(['a', 'b']);
    expect(receivers()).toEqual([]);
    clock.timeMs += 60_000;
    expect(receivers()).toEqual(['a', 'b']);
  });

  it('hides nothing for long after a clock that was ahead is corrected', async () => {
    await queue.send(attempt({ receiver: 'a' }));
    clock.timeMs += 365 * 86_400_000;
    expect(receivers()).toEqual(['a']);
    clock.timeMs -= 365 * 86_400_000;
    expect(receivers()).toEqual(['a']);
  });

  it('deletes by the newest receipt only', async () => {
    await queue.send(attempt());
    const [first] = queue.receive(1, clock.nowMs(), 60_000);
    clock.timeMs += 60_000;
    const [second] = queue.receive(1, clock.nowMs(), 60_000);
    queue.delete([first!.receiptHandle, 'nonsense']);
    expect(await queue.depth()).toEqual({ waiting: 1, deadLetters: 0 });
    queue.delete([second!.receiptHandle]);
    expect(await queue.depth()).toEqual({ waiting: 0, deadLetters: 0 });
  });

  it('deletes the oldest above its limit, and returns how many', async () => {
    const dropped = [];
    for (const receiver of ['a', 'b', 'c', 'd', 'e']) dropped.push(await queue.send(attempt({ receiver })));
    expect(dropped).toEqual([0, 0, 0, 1, 1]);
    expect(receivers()).toEqual(['c', 'd', 'e']);
  });

  it('deletes attempts that are too old when the next one is sent', async () => {
    await queue.send(attempt({ receiver: 'a' }));
    clock.timeMs += attemptKeptMs;
    expect(await queue.send(attempt({ receiver: 'b' }))).toBe(1);
    expect(receivers()).toEqual(['b']);
  });

  it('shows attempts again at once that were in flight when the process before died', async () => {
    await queue.send(attempt({ receiver: 'a' }));
    expect(receivers()).toEqual(['a']);
    queue.endReceipts();
    expect(receivers()).toEqual(['a']);
  });
});
