import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../functions/notify/message.ts';
import { toMessage } from '../../../functions/publish/message.ts';
import { type Alert, alertSchema } from '../../../functions/shared/domain/alert.ts';
import { open } from './open-store.ts';

const alert: Alert = alertSchema.parse({
  id: 'alert-1',
  revision: 2,
  transition: 'updated',
  notify: true,
  status: 'open',
  severity: 'critical',
  title: 'node-a: disk writes',
  headline: 'writes on node-a/sda at 200 MB/s',
  entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
  startsAtMs: 1,
  updatedAtMs: 2,
  anomalies: ['anomaly-1'],
  suspects: [],
  labels: {},
  annotations: {},
  trace: [],
  scope: 'live',
});

const signal = new AbortController().signal;
const messageOf = (id: string) => ({ id, group: id, subject: id, body: JSON.stringify({ id }), attributes: {} });

async function openWith(...ids: readonly string[]) {
  const store = open();
  for (const id of ids) await store.publisher.publish(messageOf(id), signal);
  const receive = (limit = 10, afterMs = 0) =>
    store.queue.receive(limit, store.clock.timeMs + afterMs, 1_000).map((message) => {
      return { ...message, id: JSON.parse(JSON.parse(message.body).Message).id };
    });
  return { ...store, receive };
}

describe('the queue', () => {
  it('is what publish writes to and notify reads', async () => {
    const store = open();
    await store.publisher.publish(toMessage(alert), signal);
    const [received] = store.queue.receive(1, store.clock.timeMs, 1_000);
    expect(decodeMessage(received!.body)).toEqual({ alert });
    expect(store.publisher.name).toBe('offbeat-alerts');
  });

  it('returns the oldest messages first, at most as many as requested', async () => {
    const { receive } = await openWith('a', 'b', 'c');
    expect(receive(2).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(receive(2).map(({ id }) => id)).toEqual(['c']);
    expect(receive(2)).toEqual([]);
  });

  it('returns messages that were never received before repeated ones', async () => {
    const { receive, queue, publisher } = await openWith('a');
    const [waits] = receive();
    await queue.retryLater(waits!.receiptHandle, 5_000);
    await publisher.publish(messageOf('b'), signal);
    expect(receive(1, 5_000).map(({ id }) => id)).toEqual(['b']);
    expect(receive(1, 5_000).map(({ id }) => id)).toEqual(['a']);
  });

  it('shows waiting messages at once, of one alert or of all, and none in flight', async () => {
    const { receive, queue } = await openWith('a', 'b', 'c');
    const [a, b] = receive();
    for (const waits of [a, b]) await queue.retryLater(waits!.receiptHandle, 5_000);
    await queue.showWaiting('b');
    expect(receive().map(({ id }) => id)).toEqual(['b']);
    await queue.showWaiting();
    expect(receive().map(({ id }) => id)).toEqual(['a']);
  });

  it('shows a copy of a message after its wait, as a message of the same alert', async () => {
    const { receive, queue } = await openWith('a');
    const [a] = receive();
    await queue.sendAgain(a!.body, 'a', 5_000);
    queue.delete([a!.receiptHandle]);
    expect(receive(1, 4_999)).toEqual([]);
    await queue.showWaiting('a');
    expect(receive(1)).toMatchObject([{ id: 'a', receiveCount: 1 }]);
  });

  it('hides nothing for long after a clock that was ahead is corrected', async () => {
    const { receive, queue, clock } = await openWith('a');
    clock.timeMs += 365 * 86_400_000;
    const [a] = receive();
    await queue.retryLater(a!.receiptHandle, 5_000);
    clock.timeMs -= 365 * 86_400_000;
    expect(receive().map(({ id }) => id)).toEqual(['a']);
  });

  it('keeps the id of a message, and has another receipt handle for each receipt', async () => {
    const { receive } = await openWith('a', 'b');
    const [first, other] = receive();
    const [second] = receive(1, 1_000);
    expect(second?.messageId).toBe(first?.messageId);
    expect(new Set([first, other, second].map((message) => message?.receiptHandle)).size).toBe(3);
    expect(other?.messageId).not.toBe(first?.messageId);
  });

  it('ignores an outdated receipt for a message that another worker has', async () => {
    const { receive, queue } = await openWith('a');
    const [stale] = receive();
    receive(1, 1_000);
    queue.delete([stale!.receiptHandle]);
    await queue.retryLater(stale!.receiptHandle, 1_000_000);
    expect(receive(1, 2_000)).toMatchObject([{ id: 'a', receiveCount: 3 }]);
  });

  it.each(['', 'a', '1', '1/1/1', '-1/1', `${2 ** 60}/1`])('ignores the unknown receipt "%s"', async (handle) => {
    const { receive, queue } = await openWith('a');
    receive();
    queue.delete([handle]);
    await queue.retryLater(handle, 0);
    expect(receive(1, 1_000)).toHaveLength(1);
  });
});

describe('dead letters of the queue', () => {
  it('are listed with their reason and time, the oldest first', async () => {
    const { queue, clock } = open();
    await queue.deadLetter('{"a":1}', 'hook: answered 410');
    clock.timeMs += 5;
    await queue.deadLetter('{"b":2}', 'not an alert');
    expect(queue.deadLetters()).toEqual([
      { id: 1, body: '{"a":1}', reason: 'hook: answered 410', atMs: clock.timeMs - 5 },
      { id: 2, body: '{"b":2}', reason: 'not an alert', atMs: clock.timeMs },
    ]);
  });

  it('go back to the queue unchanged, each once', async () => {
    const { queue, clock } = open();
    await queue.deadLetter('{"a":1}', 'hook: answered 410');
    await queue.deadLetter('{"b":2}', 'hook: answered 410');
    expect([queue.redrive(1), queue.redrive(1), queue.redrive(9)]).toEqual([true, false, false]);
    const received = queue.receive(10, clock.timeMs, 1_000);
    expect(received).toMatchObject([{ body: '{"a":1}', receiveCount: 1 }]);
    expect(queue.deadLetters()).toMatchObject([{ id: 2 }]);
  });
});
