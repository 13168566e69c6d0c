import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { QueueSource, ReceivedMessage } from '../../../functions/shared/ports/message-queue.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { QueuePoller } from '../../../local/lambda/queue-poller.ts';
import { ManualClock } from '../memory-broker.ts';

/** A queue that hides received messages until their visibility time ends. */
class MemoryQueue implements QueueSource {
  readonly messages = new Map<string, { body: string; visibleAtMs: number; receiveCount: number }>();

  constructor(...bodies: readonly string[]) {
    for (const body of bodies) this.messages.set(body, { body, visibleAtMs: 0, receiveCount: 0 });
  }

  receive(limit: number, nowMs: number, visibilityMs: number): readonly ReceivedMessage[] {
    const due = [...this.messages].filter(([, message]) => message.visibleAtMs <= nowMs).slice(0, limit);
    return due.map(([id, message]) => {
      message.visibleAtMs = nowMs + visibilityMs;
      message.receiveCount += 1;
      const { body, receiveCount } = message;
      return { messageId: id, receiptHandle: id, body, receiveCount, firstReceivedMs: nowMs };
    });
  }

  delete(receiptHandles: readonly string[]): void {
    for (const handle of receiptHandles) this.messages.delete(handle);
  }
}

function openPoller(queue: QueueSource, invoke: (event: SQSEvent) => Promise<SQSBatchResponse>) {
  const clock = new ManualClock();
  return {
    clock,
    poller: new QueuePoller({ batchSize: 2, visibilityMs: 1_000, invoke }, queue, clock, silentTelemetry),
  };
}

const allHandled = async () => ({ batchItemFailures: [] });

describe('a queue poller', () => {
  it('invokes nothing for an empty queue', async () => {
    const { poller } = openPoller(new MemoryQueue(), () => Promise.reject(new Error('invoked')));
    expect(await poller.poll()).toBe('idle');
  });

  it('waits for a queue that answers later, and throws its error if it does not answer', async () => {
    const queue = new MemoryQueue('a');
    const receive = async (...asked: Parameters<MemoryQueue['receive']>) => queue.receive(...asked);
    const removed = async (handles: readonly string[]) => queue.delete(handles);
    const slow = openPoller({ receive, delete: removed }, allHandled);
    expect(await slow.poller.poll()).toBe('invoked');
    expect([...queue.messages]).toEqual([]);
    const away = openPoller({ receive: () => Promise.reject(new Error('away')), delete: removed }, allHandled);
    await expect(away.poller.poll()).rejects.toThrow('away');
  });

  it('deletes the messages that were handled, one batch at a time', async () => {
    const queue = new MemoryQueue('a', 'b', 'c');
    const bodies: string[][] = [];
    const { poller } = openPoller(queue, async ({ Records }) => {
      bodies.push(Records.map(({ body }) => body));
      return allHandled();
    });
    expect([await poller.poll(), await poller.poll(), await poller.poll()]).toEqual(['invoked', 'invoked', 'idle']);
    expect(bodies).toEqual([['a', 'b'], ['c']]);
    expect(queue.messages.size).toBe(0);
  });

  it('keeps the messages that the answer names, and receives them again with a higher count once they are visible', async () => {
    const queue = new MemoryQueue('a', 'b');
    const counts: string[] = [];
    const { poller, clock } = openPoller(queue, async ({ Records }) => {
      counts.push(...Records.map((record) => `${record.body} ${record.attributes.ApproximateReceiveCount}`));
      return {
        batchItemFailures: Records.filter(({ body }) => body === 'b').map(({ messageId }) => ({
          itemIdentifier: messageId,
        })),
      };
    });
    await poller.poll();
    expect(await poller.poll()).toBe('idle');
    clock.timeMs += 1_000;
    await poller.poll();
    expect(counts).toEqual(['a 1', 'b 1', 'b 2']);
    expect([...queue.messages.keys()]).toEqual(['b']);
  });

  it('deletes nothing if the function fails', async () => {
    const queue = new MemoryQueue('a', 'b');
    const { poller } = openPoller(queue, () => Promise.reject(new Error('down')));
    expect(await poller.poll()).toBe('failed');
    expect(queue.messages.size).toBe(2);
  });

  it('deletes nothing if the answer names a message that was not in the batch', async () => {
    const queue = new MemoryQueue('a', 'b');
    const { poller } = openPoller(queue, async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }));
    await poller.poll();
    expect(queue.messages.size).toBe(2);
  });
});
