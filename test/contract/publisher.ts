import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { MessageQueue, ReceivedMessage } from '../../functions/shared/ports/message-queue.ts';
import type { PublishedMessage, Publisher } from '../../functions/shared/ports/publisher.ts';
import { unique } from './unique.ts';

export interface OpenedFanOut {
  readonly publisher: Publisher;
  /** Reads the published messages. */
  readonly queue: MessageQueue;
  /** Returns all messages that are visible now; they stay hidden for `visibilityMs`. */
  receive(): Promise<readonly ReceivedMessage[]>;
  readonly visibilityMs: number;
  remove(receiptHandles: readonly string[]): Promise<void>;
  deadLetters(): Promise<readonly { readonly body: string }[]>;
  /** Moves the queue's time on. */
  pass(ms: number): Promise<void>;
  close?(): Promise<void>;
}

/** Defines the tests of what every topic with a queue promises. */
export function describeFanOut(name: string, open: () => Promise<OpenedFanOut>): void {
  describe(`the alert topic and its queue on ${name}`, () => {
    let opened: OpenedFanOut;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    const publish = (message: PublishedMessage) => opened.publisher.publish(message, AbortSignal.timeout(10_000));

    /** Returns the messages of this group that are visible now. */
    async function receive(group: string): Promise<ReceivedMessage[]> {
      return (await opened.receive()).filter(({ body }) => JSON.parse(JSON.parse(body).Message).id === group);
    }

    it('has a name for its delivery items', () => {
      expect(opened.publisher.name).toMatch(/^[\w-]+$/);
    });

    it('hands a message to the queue in the envelope of SNS', async () => {
      const message = newMessage();
      await publish(message);
      const [received] = await receive(message.group);
      expect(JSON.parse(received!.body)).toMatchObject({
        Type: 'Notification',
        MessageId: expect.stringMatching(/./),
        TopicArn: expect.stringMatching(/^arn:aws:sns:.*:[\w-]+$/),
        Subject: message.subject,
        Message: message.body,
        Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        MessageAttributes: { severity: { Type: 'String', Value: 'critical' }, kind: { Type: 'String', Value: 'host' } },
      });
      expect(received!.receiveCount).toBe(1);
    });

    it('accepts a message of 200 KB', async () => {
      const message = newMessage({ headline: 'ü'.repeat(100_000) });
      await publish(message);
      expect(JSON.parse((await receive(message.group))[0]!.body).Message).toBe(message.body);
    });

    it('publishes nothing after its signal is aborted', async () => {
      const message = newMessage();
      await expect(opened.publisher.publish(message, AbortSignal.abort())).rejects.toThrow(UnavailableError);
      expect(await receive(message.group)).toEqual([]);
    });

    it('hides a received message, and returns it again if it was not removed in time', async () => {
      const message = newMessage();
      await publish(message);
      const [first] = await receive(message.group);
      expect(await receive(message.group)).toEqual([]);
      await opened.pass(opened.visibilityMs);
      const [second] = await receive(message.group);
      expect(second).toMatchObject({ messageId: first!.messageId, body: first!.body, receiveCount: 2 });
    });

    it('never returns a removed message again, and still returns its neighbour', async () => {
      const [removed, kept] = [newMessage(), newMessage()];
      await publish(removed);
      await publish(kept);
      const received = await opened.receive();
      const [ours] = received.filter(({ body }) => body.includes(removed.group));
      await opened.remove([ours!.receiptHandle]);
      await opened.pass(opened.visibilityMs);
      const again = (await opened.receive()).map(({ body }) => body).join();
      expect(again).not.toContain(removed.group);
      expect(again).toContain(kept.group);
    });

    it.each([
      ['sooner', 0.25],
      ['later', 2],
    ])('returns a message again %s than its visibility ends, on request', async (_case, share) => {
      const message = newMessage();
      await publish(message);
      const [received] = await receive(message.group);
      const delayMs = opened.visibilityMs * share;
      await opened.queue.retryLater(received!.receiptHandle, delayMs);
      await opened.pass(delayMs / 2);
      expect(await receive(message.group)).toEqual([]);
      await opened.pass(delayMs / 2);
      expect(await receive(message.group)).toMatchObject([{ receiveCount: 2 }]);
    });

    it('copies a message unchanged to the dead letters, which does not remove it from the queue', async () => {
      const message = newMessage();
      await publish(message);
      const [received] = await receive(message.group);
      await opened.queue.deadLetter(received!.body, 'hook: answered 410');
      expect((await opened.deadLetters()).filter(({ body }) => body === received!.body)).toHaveLength(1);
      await opened.pass(opened.visibilityMs);
      expect(await receive(message.group)).toHaveLength(1);
    });
  });
}

function newMessage(parts: Readonly<Record<string, unknown>> = {}): PublishedMessage {
  const id = unique('alert');
  return {
    id: `${id}:1`,
    group: id,
    subject: '[critical] opened: node-a: disk writes',
    body: JSON.stringify({ id, revision: 1, status: 'open', ...parts }),
    attributes: { severity: 'critical', kind: 'host' },
  };
}
