import { describe, expect, it } from 'vitest';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { letterMessage, letterOf } from '../../../functions/shared/log/dead-letter-message.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { QueuedLetters } from '../../../functions/shared/ports/dead-letters.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { rejectRecords } from '../../../functions/shared/runner/reject-records.ts';
import { findLetters, moveToTopic } from '../../../local/redrive/queued-letters.ts';
import { redriveLetters } from '../../../local/redrive/redrive.ts';
import { Crash } from '../../support/faults.ts';
import { redrivePorts, type TestPorts } from './letters.ts';

const alert = (offset: number, value = `value ${offset}`): LogRecord => ({
  topic: topics.alerts,
  partition: 0,
  offset,
  timestampMs: 1_000,
  key: 'alert-1',
  value: Buffer.from(value),
  headers: { [header.schema]: 'alert/1' },
});

/** A queue in memory, which publish fills as on AWS. */
class MemoryQueue implements Omit<QueuedLetters, 'release'> {
  readonly messages = new Map<string, string>();

  async reject(reason: string, ...records: readonly LogRecord[]): Promise<void> {
    const { layout } = redrivePorts();
    const deadLetters = {
      append: async (letters: readonly OutgoingRecord[]) => {
        for (const letter of letters) this.messages.set(`m${this.messages.size}`, letterMessage(letter));
        return [];
      },
    };
    const refusals = records.map((record) => ({ record, reason, detail: 'why' }));
    await rejectRecords('publish', refusals, { deadLetters, layout, telemetry: silentTelemetry });
  }

  async list() {
    return [...this.messages].map(([id, body]) => ({ id, letter: letterOf(body) }));
  }

  async remove(ids: readonly string[]) {
    for (const id of ids) this.messages.delete(id);
  }
}

/** Moves what matches and sends it back, as the command does. @returns the values that came back to the topic of alerts */
async function redriveAll(queue: MemoryQueue, ports: TestPorts): Promise<string[]> {
  const { letters } = await findLetters({}, queue);
  await moveToTopic(letters, queue, ports);
  for await (const { refused } of redriveLetters({}, ports)) expect(refused).toEqual([]);
  return ports.eventLog.records(topics.alerts).map(({ value }) => `${value}`);
}

describe('a redrive of rejected alerts', () => {
  it('sends an alert back to its topic with its bytes, key and schema, and empties the queue', async () => {
    const [queue, ports] = [new MemoryQueue(), redrivePorts()];
    await queue.reject('step failed', alert(3), alert(4));
    expect(await redriveAll(queue, ports)).toEqual(['value 3', 'value 4']);
    expect(queue.messages.size).toBe(0);
    expect(ports.eventLog.records(topics.alerts)[0]).toMatchObject({
      partition: 0,
      key: 'alert-1',
      headers: { [header.schema]: 'alert/1', [header.position]: expect.stringMatching(/^redrive\//) },
    });
  });

  it('sends an alert once that the queue contains twice', async () => {
    const [queue, ports] = [new MemoryQueue(), redrivePorts()];
    await queue.reject('step failed', alert(3));
    await queue.reject('step failed', alert(3));
    expect(queue.messages.size).toBe(2);
    expect(await redriveAll(queue, ports)).toEqual(['value 3']);
    expect(queue.messages.size).toBe(0);
  });

  it('sends an alert once if the process dies before it is removed from the queue', async () => {
    const [queue, ports] = [new MemoryQueue(), redrivePorts()];
    await queue.reject('step failed', alert(3));
    const { letters } = await findLetters({}, queue);
    const dying = { remove: () => Promise.reject(new Crash()) };
    await expect(moveToTopic(letters, dying, ports)).rejects.toThrow(Crash);
    expect(await redriveAll(queue, ports)).toEqual(['value 3']);
    expect(await redriveAll(queue, ports)).toEqual(['value 3']);
  });

  it('leaves letters that do not match, cut ones, and messages of other programs in the queue', async () => {
    const queue = new MemoryQueue();
    await queue.reject('step failed', alert(1));
    await queue.reject('not JSON', alert(2));
    queue.messages.set('foreign', 'hello');
    const [id, body] = [...queue.messages][0]!;
    const cut = JSON.parse(body);
    queue.messages.set('cut', JSON.stringify({ ...cut, headers: { ...cut.headers, [letterHeader.cutFrom]: '9' } }));
    const offered = async (filter: Parameters<typeof findLetters>[0]) => {
      const { letters, foreign } = await findLetters(filter, queue);
      return [letters.map((letter) => letter.id), foreign];
    };
    expect(await offered({ reason: 'step failed' })).toEqual([[id], 1]);
    expect(await offered({ stage: 'publish' })).toEqual([[id, 'm1'], 1]);
    expect(await offered({ stage: 'detect' })).toEqual([[], 1]);
  });

  it('leaves a letter that the topic refuses in the queue, and names it', async () => {
    const [queue, ports] = [new MemoryQueue(), redrivePorts()];
    await queue.reject('step failed', alert(1), alert(2));
    const { letters } = await findLetters({}, queue);
    const eventLog = { append: async () => [{ index: 1, reason: 'message too large' }] };
    const refused = await moveToTopic(letters, queue, { layout: ports.layout, eventLog });
    expect(refused.map(({ letter, reason }) => [letter.id, reason])).toEqual([['m1', 'message too large']]);
    expect([...queue.messages.keys()]).toEqual(['m1']);
  });
});
