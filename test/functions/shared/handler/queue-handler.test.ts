import { once } from 'node:events';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import { queueHandler } from '../../../../functions/shared/handler/queue-handler.ts';
import { silentTelemetry } from '../../../../functions/shared/ports/telemetry.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';

const event = (...ids: readonly string[]): SQSEvent => ({
  Records: ids.map(
    (messageId): SQSRecord => ({
      messageId,
      receiptHandle: `receipt of ${messageId}`,
      body: `body of ${messageId}`,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'sender',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:queue',
      awsRegion: 'eu-central-1',
    }),
  ),
});

describe('the shell of a stage that reads a queue', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
  it('the handler answers with the messages that must be delivered again, in the form that Lambda reads', async () => {
    const handler = queueHandler('notify', silentTelemetry, async (messages) => {
      expect(messages.map(({ body }) => body)).toEqual(['body of a', 'body of b', 'body of c']);
      return ['a', 'c'];
    });
    expect(await handler(event('a', 'b', 'c'), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }],
    });
  });

  it('the handler answers with an empty list when all messages are done', async () => {
    const handler = queueHandler('notify', silentTelemetry, async () => []);
    expect(await handler(event('a'), lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(await handler(event(), lambdaContext())).toEqual({ batchItemFailures: [] });
  });

  it('all messages are delivered again when the handler fails', async () => {
    const failure = new UnavailableError('away');
    const handler = queueHandler('notify', silentTelemetry, () => Promise.reject(failure));
    await expect(handler(event('a'), lambdaContext())).rejects.toBe(failure);
  });

  it('the handler passes the remaining time, and aborts its signal before Lambda ends the function', async () => {
    const aborted = Promise.withResolvers<number>();
    const handler = queueHandler('notify', silentTelemetry, async (_, { signal, remainingMs }) => {
      expect(signal.aborted).toBe(false);
      await once(signal, 'abort');
      aborted.resolve(remainingMs());
      return [];
    });
    await expect(handler(event('a'), lambdaContext(20))).rejects.toThrow(/aborted/);
    expect(await aborted.promise).toBe(20);
  });
});
