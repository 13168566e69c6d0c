import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { letterOf } from '../../../functions/shared/log/dead-letter-message.ts';
import type { KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { messageBytesMax, topics } from '../../../functions/shared/log/topics.ts';
import { embeddedEffects, eventOf, withoutCommandTime } from './effects.ts';
import { messagesIn } from './read.ts';
import { LambdaStage } from './stage.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

describe('what publish rejects as Lambda runs it, on a real queue', () => {
  let stage: LambdaStage;
  beforeAll(async () => {
    stage = await LambdaStage.open({ receivers: [{ name: 'terminal', terminal: {} }] });
  }, openTimeoutMs);
  afterAll(async () => {
    await stage?.close();
  });

  /** Returns an environment as publish has it: it knows no broker. */
  const environment = async () => {
    const { OFFBEAT_REJECTED_ALERTS_URL: queueUrl, ...others } = await stage.freshEnvironment();
    return { ...others, OFFBEAT_REJECTED_ALERTS_URL: queueUrl!, OFFBEAT_KAFKA_BROKERS: '' };
  };

  it('is in its queue as it is on the topic of the embedded run, under one id however often it is sent', async () => {
    const event = eventOf('publish.poison');
    const expected = await embeddedEffects('publish', event, stage.settings);
    const env = await environment();
    const { answer, again, sent } = await stage.invoke('publish', event, env);
    expect([answer, again, sent]).toEqual([{ response: null }, { response: null }, []]);
    const bodies = await messagesIn(env.OFFBEAT_REJECTED_ALERTS_URL);
    expect(bodies).toHaveLength(2 * expected.sent.length);
    const once = new Map(bodies.map((body) => [JSON.parse(body).id, letterOf(body)!]));
    expect(
      [...once.values()].map(({ key, value, headers }) => ({ key, value: withoutCommandTime(value), headers })),
    ).toEqual(expected.sent.map(({ topic: _, ...letter }) => letter));
  });

  it('is in its queue, cut, if it is as large as the topic accepts', async () => {
    const event = eventOf('publish.poison') as KafkaEvent;
    const bytes = messageBytesMax[topics.alerts];
    const value = Buffer.alloc(bytes, 'x').toString('base64');
    const records = Object.fromEntries(
      Object.entries(event.records).map(([partition, [first]]) => [partition, [{ ...first!, value }]]),
    );
    const env = await environment();
    const { answer, log } = await stage.invoke('publish', { ...event, records }, env);
    expect(answer).toEqual({ response: null });
    const letters = (await messagesIn(env.OFFBEAT_REJECTED_ALERTS_URL)).map((body) => letterOf(body)!);
    expect(letters.map((letter) => [letter.value.length, letter.headers[letterHeader.cutFrom]])).toEqual(
      Array(2).fill([500_000, String(bytes)]),
    );
    expect(log).toContain('the value of a dead letter was cut');
  });

  it('makes the batch fail while the queue does not answer, so that it is passed in again', async () => {
    const env = { ...(await environment()), OFFBEAT_SQS_ENDPOINT: 'http://127.0.0.1:1' };
    const { answer, again } = await stage.invoke('publish', eventOf('publish.poison'), env);
    expect([answer, again]).toMatchObject([
      { error: { errorType: 'UnavailableError' } },
      { error: { errorType: 'UnavailableError' } },
    ]);
  });
});
