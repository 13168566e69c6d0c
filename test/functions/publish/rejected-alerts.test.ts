import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createPublish } from '../../../functions/publish/handler.ts';
import { sqsDeadLetters } from '../../../functions/shared/adapters/sqs/dead-letters.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { letterOf } from '../../../functions/shared/log/dead-letter-message.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { alertOf } from '../../support/alerts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { jsonError, type Script, scriptedAws } from '../../support/scripted-aws.ts';

const aws = scriptedAws();

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}
const entriesOf = (body: string): readonly Entry[] => JSON.parse(body).Entries;

/** Accepts every message of a request but those with the given ids in the request. */
const acceptedBut =
  (...failed: readonly string[]): Script =>
  ({ body }) => {
    const Successful = entriesOf(body)
      .filter(({ Id }) => !failed.includes(Id))
      .map(({ Id, MessageBody }) => {
        const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
        return { Id, MessageId: Id, MD5OfMessageBody };
      });
    const Failed = failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }));
    return { status: 200, body: { Successful, Failed } };
  };

const record = (value: Buffer | Alert, offset: number): LogRecord => ({
  topic: topics.alerts,
  partition: 0,
  offset,
  timestampMs: 1_000_000,
  key: 'k3Jd82hLmQ0vTnXyRz5cWb7pAe',
  value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
  headers: { [header.schema]: 'alert/1' },
});

/** Opens publish with its dead letters on a queue, as it is deployed. */
async function open(...script: readonly Script[]) {
  const clock = new ManualClock();
  const store = openStore(':memory:', defaultLayout, clock);
  const telemetry = new MemoryTelemetry(() => {});
  const client = new SQSClient(await aws.answer(script));
  const noWaits = { nowMs: () => 0, wait: async () => {} };
  const deadLetters = sqsDeadLetters(client, `${aws.endpoint}/1/rejected`, noWaits);
  const publish = createPublish({ ...store, deadLetters, layout: defaultLayout, clock, telemetry });
  return {
    telemetry,
    publish: (records: readonly LogRecord[]) => publish(encodeKafkaEvent(records), lambdaContext()),
    published: () =>
      store.queue.receive(10, clock.nowMs(), 0).map(({ body }) => JSON.parse(JSON.parse(body).Message).id),
    onTopic: () => store.broker.endOffset(topics.deadLetters, 0),
  };
}

/** The messages of all requests, each with the id of its letter. */
const messages = () =>
  aws.calls.flatMap(({ body }) =>
    entriesOf(body).map(({ MessageBody }) => ({ id: JSON.parse(MessageBody).id, ...letterOf(MessageBody)! })),
  );
const poison = Buffer.from([0xff, 0x7b]);
const batch = [record(poison, 0), record(alertOf({ id: 'a' }), 1), record(Buffer.from('hello'), 2)];

describe('an alert that publish rejects, on AWS', () => {
  it('is in the queue with its bytes and the fault, the topic gets nothing, and the alert beside it is sent', async () => {
    const { publish, published, onTopic, telemetry } = await open(acceptedBut());
    await publish(batch);
    expect(published()).toEqual(['a']);
    expect(onTopic()).toBe(0);
    expect(messages().map(({ value, headers }) => [value, headers[letterHeader.reason]])).toEqual([
      [poison, 'not JSON'],
      [Buffer.from('hello'), 'not JSON'],
    ]);
    expect(telemetry.counts()).toMatchObject({
      'published{outcome=dead letter}': 2,
      'dead_letters{reason=not JSON,stage=publish}': 2,
    });
  });

  it('is sent again alone, under the same id, if one of the messages failed', async () => {
    const { publish, published } = await open(acceptedBut('1'), acceptedBut());
    await publish(batch);
    expect(published()).toEqual(['a']);
    expect(messages().map(({ id }) => id)).toEqual([
      'publish/offbeat.alerts/0 0 0 0 1000000',
      'publish/offbeat.alerts/0 0 2 0 1000000',
      'publish/offbeat.alerts/0 0 2 0 1000000',
    ]);
  });

  it('is sent again with its batch while one of the messages fails, under the same id, and the alert is not', async () => {
    const { publish, published } = await open(acceptedBut('1'), ...Array(4).fill(acceptedBut('0')), acceptedBut());
    await expect(publish(batch)).rejects.toThrow('1 of 2 dead letters failed, the first with InternalError');
    await publish(batch);
    expect(published()).toEqual(['a']);
    expect(
      messages()
        .slice(-2)
        .map(({ id }) => id),
    ).toEqual(['publish/offbeat.alerts/0 0 0 0 1000000', 'publish/offbeat.alerts/0 0 2 0 1000000']);
  });

  it('delays no alert of its batch while the queue does not answer, and is not lost', async () => {
    const { publish, published } = await open(jsonError('ServiceUnavailable', {}, 503), acceptedBut());
    await expect(publish(batch)).rejects.toThrow('send 2 dead letters');
    expect(published()).toEqual(['a']);
    await publish(batch);
    expect(messages()).toHaveLength(4);
  });

  it('does not stop the topic if it is too large for a message: it is cut', async () => {
    const { publish } = await open(acceptedBut());
    await publish([record(Buffer.alloc(4_000_000, 'x'), 0)]);
    expect(messages().map(({ value, headers }) => [value.length, headers[letterHeader.cutFrom]])).toEqual([
      [500_000, '4000000'],
    ]);
  });
});
