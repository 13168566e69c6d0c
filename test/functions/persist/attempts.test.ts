import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPersistAttempts } from '../../../functions/persist/attempts.ts';
import type { PersistPorts } from '../../../functions/persist/handler.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { attempt } from '../../support/attempts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

let store: Store;
let telemetry: MemoryTelemetry;
beforeEach(() => {
  store = openStore(':memory:', defaultLayout, systemClock);
  telemetry = new MemoryTelemetry(() => {});
});
afterEach(() => store.close());

const message = (body: string, nth = 0): SQSRecord => ({
  messageId: `message-${nth}`,
  receiptHandle: `receipt-${nth}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1795447310000',
    SenderId: 'notify',
    ApproximateFirstReceiveTimestamp: '1795447310000',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:attempts',
  awsRegion: 'eu-central-1',
});

const batch = (...bodies: readonly string[]): SQSEvent => ({ Records: bodies.map(message) });

const persist = (event: SQSEvent, ports: Partial<PersistPorts> = {}) =>
  createPersistAttempts({ ...store, layout: defaultLayout, telemetry, ...ports })(event, lambdaContext());

const documents = () => store.warehouse.search({ family: 'offbeat-deliveries', order: 'oldest first', limit: 100 });
const letters = () => store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1_000_000 });

describe('persist, fed with attempts', () => {
  it('a message that comes twice makes one document, and two attempts make two', async () => {
    const body = JSON.stringify(attempt());
    const later = attempt();
    expect(await persist(batch(body, body))).toEqual({ batchItemFailures: [] });
    await persist(batch(body, JSON.stringify({ ...later, startedAtMs: later.startedAtMs + 1 })));
    expect(await documents()).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ ...attempt(), schema: 'attempt/2' })],
    ['a field too many', JSON.stringify({ ...attempt(), url: 'https://pager.example/secret' })],
  ])(
    'a message that is not an attempt (%s) becomes a dead letter with a reason, and the others are written',
    async (_case, body) => {
      expect(await persist(batch(body, JSON.stringify(attempt())))).toEqual({ batchItemFailures: [] });
      expect(await documents()).toHaveLength(1);
      const [letter] = letters();
      expect(letter!.headers).toMatchObject({
        [letterHeader.stage]: 'persist',
        [letterHeader.reason]: 'not an attempt',
        [letterHeader.topic]: 'attempts',
      });
      expect(letter!.value!.toString()).toBe(body);
      expect(telemetry.counts()).toMatchObject({ 'dead_letters{reason=not an attempt,stage=persist}': 1 });
    },
  );

  it('the dead letters of a message that comes twice have the same position, so that they count once', async () => {
    await persist(batch('{'));
    await persist(batch('{'));
    const positions = letters().map(({ headers }) => headers[header.position]);
    expect(positions).toHaveLength(2);
    expect(new Set(positions).size).toBe(1);
  });

  it('the batch is retried while the warehouse is unavailable', async () => {
    const away = { ...store.warehouse, write: async () => Promise.reject(new UnavailableError('away')) };
    await expect(persist(batch(JSON.stringify(attempt())), { warehouse: away as never })).rejects.toThrow('away');
  });

  it('only a message whose dead letter cannot be appended is delivered again', async () => {
    const away = { ...store.eventLog, append: async () => Promise.reject(new UnavailableError('away')) };
    const answer = await persist(batch('{', JSON.stringify(attempt())), { eventLog: away });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(await documents()).toHaveLength(1);
  });

  it('a message that the warehouse refuses becomes a dead letter with the reason of the warehouse', async () => {
    const refusing = { ...store.warehouse, write: async () => [{ index: 0, reason: 'mapping' }] };
    await persist(batch(JSON.stringify(attempt())), { warehouse: refusing as never });
    expect(letters()[0]!.headers).toMatchObject({
      [letterHeader.reason]: 'refused by the warehouse',
      [letterHeader.detail]: 'mapping',
    });
  });
});
