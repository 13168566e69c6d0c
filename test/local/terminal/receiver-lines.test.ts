import { beforeEach, describe, expect, it } from 'vitest';
import type { Tried } from '../../../functions/notify/attempts.ts';
import { ReceiverLines, withReceiverLines } from '../../../local/terminal/receiver-lines.ts';
import { attempt, MemoryAttempts } from '../../support/attempts.ts';
import { StillClock } from '../../support/memory-ports.ts';

let printed: string[];
let clock: StillClock;
let waiting: number;
let lines: ReceiverLines;
beforeEach(() => {
  printed = [];
  clock = new StillClock();
  waiting = 0;
  lines = new ReceiverLines({
    print: (line) => printed.push(line),
    clock,
    waiting: async () => waiting,
    redrive: 'npx offbeat redrive --stage notify --data .offbeat',
  });
});

const failed = (parts: Partial<Tried> = {}) =>
  attempt({ outcome: 'failed', reason: 'server error', status: 500, nextTryMs: clock.timeMs + 12_000, ...parts });
const { alertId } = attempt();

describe('the lines about receivers', () => {
  it('report once that a receiver does not take messages, with the reason, the time of the next attempt and the number that wait', async () => {
    waiting = 3;
    for (let tries = 0; tries < 5; tries += 1) await lines.note(failed());
    expect(printed).toEqual([
      `warning: pager did not take alert ${alertId} (server error 500); tried again in 12 s, 3 messages wait for it`,
    ]);
  });

  it('report once that a receiver takes messages again, and how many waited for it', async () => {
    await lines.note(failed());
    waiting = 4;
    await lines.note(attempt());
    waiting = 3;
    await lines.note(attempt());
    expect(printed.slice(1)).toEqual(['pager takes messages again; 5 waited for it']);
  });

  it('do not report a receiver that takes every message', async () => {
    await lines.note(attempt());
    expect(printed).toEqual([]);
  });

  it('report each receiver separately', async () => {
    await lines.note(failed());
    await lines.note(failed({ receiver: 'chat' }));
    await lines.note(attempt({ receiver: 'chat' }));
    expect(printed.map((line) => line.replace('warning: ', '').split(' ')[0])).toEqual(['pager', 'chat', 'chat']);
  });

  it('are few for a receiver that fails and recovers all the time', async () => {
    for (let nth = 0; nth < 20; nth += 1) {
      clock.timeMs += 1_000;
      await lines.note(failed());
      await lines.note(attempt());
    }
    expect(printed).toHaveLength(2);
    for (let nth = 0; nth < 3; nth += 1) await lines.note(failed());
    expect(printed).toHaveLength(3);
  });

  it('name the remedy for every message that is given up', async () => {
    const gone = { outcome: 'given up', reason: 'gone', status: 410 } as const;
    await lines.note(attempt(gone));
    await lines.note(attempt(gone));
    const line =
      `error: alert ${alertId}, revision 1, was given up for pager (gone 410): once pager is repaired, stop this process and run ` +
      '"npx offbeat redrive --stage notify --data .offbeat" to send it again';
    expect(printed).toEqual([line, line]);
  });

  it.each([
    [{ reason: 'status 404', status: 404 }, '(status 404)'],
    [{ reason: 'time-out', status: undefined }, '(time-out)'],
  ])('do not repeat a part of %o', async (parts, why) => {
    const { status, ...others } = attempt({ outcome: 'failed', reason: parts.reason });
    await lines.note({ ...others, ...(parts.status === undefined ? {} : { status: parts.status }) });
    expect(printed[0]).toContain(why);
  });
});

describe('the queue of attempts with lines', () => {
  it('sends each attempt, even if its line fails', async () => {
    const queue = new MemoryAttempts();
    const broken = { note: () => Promise.reject(new Error('closed')) };
    await withReceiverLines(queue, broken).send(attempt());
    await withReceiverLines(queue, lines).send(failed());
    expect(queue.sent).toHaveLength(2);
    expect(printed).toHaveLength(1);
  });

  it('fails if the queue fails, and notes the attempt all the same', async () => {
    const away = { send: () => Promise.reject(new Error('away')) };
    await expect(withReceiverLines(away, lines).send(failed())).rejects.toThrow('away');
    expect(printed).toHaveLength(1);
  });
});
