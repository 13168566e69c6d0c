import { beforeEach, describe, expect, it } from 'vitest';
import type { Tried } from '../../../functions/notify/attempts.ts';
import { ReceiverLines, withReceiverLines } from '../../../local/terminal/receiver-lines.ts';
import { attempt, MemoryAttempts } from '../../support/attempts.ts';
import { StillClock } from '../../support/memory-ports.ts';

let said: string[];
let clock: StillClock;
let waiting: number;
let lines: ReceiverLines;
beforeEach(() => {
  said = [];
  clock = new StillClock();
  waiting = 0;
  lines = new ReceiverLines({
    print: (line) => said.push(line),
    clock,
    waiting: async () => waiting,
    redrive: 'npx offbeat redrive --stage notify --data .offbeat',
  });
});

const failed = (parts: Partial<Tried> = {}) =>
  attempt({ outcome: 'failed', reason: 'server error', status: 500, nextTryMs: clock.timeMs + 12_000, ...parts });
const { alertId } = attempt();

describe('the terminal on receivers', () => {
  it('says once that one does not take messages, why, when it is tried again and how many wait', async () => {
    waiting = 3;
    for (let tries = 0; tries < 5; tries += 1) await lines.note(failed());
    expect(said).toEqual([
      `warning: pager did not take alert ${alertId} (server error 500); tried again in 12 s, 3 messages wait for it`,
    ]);
  });

  it('says once that it takes messages again, and how many waited for it', async () => {
    await lines.note(failed());
    waiting = 4;
    await lines.note(attempt());
    waiting = 3;
    await lines.note(attempt());
    expect(said.slice(1)).toEqual(['pager takes messages again; 5 waited for it']);
  });

  it('says nothing of one that takes what it gets', async () => {
    await lines.note(attempt());
    expect(said).toEqual([]);
  });

  it('speaks of each receiver by itself', async () => {
    await lines.note(failed());
    await lines.note(failed({ receiver: 'chat' }));
    await lines.note(attempt({ receiver: 'chat' }));
    expect(said.map((line) => line.replace('warning: ', '').split(' ')[0])).toEqual(['pager', 'chat', 'chat']);
  });

  it('is not flooded by one that fails and recovers all the time', async () => {
    for (let nth = 0; nth < 20; nth += 1) {
      clock.timeMs += 1_000;
      await lines.note(failed());
      await lines.note(attempt());
    }
    expect(said).toHaveLength(2);
    for (let nth = 0; nth < 3; nth += 1) await lines.note(failed());
    expect(said).toHaveLength(3);
  });

  it('says of every message that is given up what to do', async () => {
    const gone = { outcome: 'given up', reason: 'gone', status: 410 } as const;
    await lines.note(attempt(gone));
    await lines.note(attempt(gone));
    const line =
      `error: alert ${alertId}, revision 1, was given up for pager (gone 410): once pager is repaired, stop this process and run ` +
      '"npx offbeat redrive --stage notify --data .offbeat" to send it again';
    expect(said).toEqual([line, line]);
  });

  it.each([
    [{ reason: 'status 404', status: 404 }, '(status 404)'],
    [{ reason: 'time-out', status: undefined }, '(time-out)'],
  ])('does not say twice what %o says', async (parts, why) => {
    const { status, ...others } = attempt({ outcome: 'failed', reason: parts.reason });
    await lines.note({ ...others, ...(parts.status === undefined ? {} : { status: parts.status }) });
    expect(said[0]).toContain(why);
  });
});

describe('a queue of attempts that is noted', () => {
  it('sends each attempt, whatever its line comes to', async () => {
    const queue = new MemoryAttempts();
    const broken = { note: () => Promise.reject(new Error('closed')) };
    await withReceiverLines(queue, broken).send(attempt());
    await withReceiverLines(queue, lines).send(failed());
    expect(queue.sent).toHaveLength(2);
    expect(said).toHaveLength(1);
  });

  it('fails as the queue does, and has its line all the same', async () => {
    const away = { send: () => Promise.reject(new Error('away')) };
    await expect(withReceiverLines(away, lines).send(failed())).rejects.toThrow('away');
    expect(said).toHaveLength(1);
  });
});
