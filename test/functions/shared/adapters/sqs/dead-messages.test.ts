import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { SqsDeadMessages } from '../../../../../functions/shared/adapters/sqs/dead-messages.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// Against a real server: test/real/operator.test.ts.

const aws = scriptedAws();

async function messagesOf(suffix: '' | '.fifo', ...script: readonly Script[]) {
  const client = new SQSClient(await aws.answer(script));
  const [queueUrl, deadLettersUrl] = ['notify', 'dead-letters'].map((name) => `${aws.endpoint}/1/${name}${suffix}`);
  return new SqsDeadMessages({ client, queueUrl: queueUrl!, deadLettersUrl: deadLettersUrl! });
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const found = (...ids: readonly string[]): Script =>
  jsonAnswer({
    Messages: ids.map((id) => ({ MessageId: id, ReceiptHandle: `receipt of ${id}`, Body: id, MD5OfBody: md5(id) })),
  });
const nothing = jsonAnswer({});
const sent = (body: string): Script => jsonAnswer({ MessageId: 'new', MD5OfMessageBody: md5(body) });

const verbs = () => aws.calls.map(({ headers }) => `${headers['x-amz-target']}`.split('.')[1]);

describe('the dead letters of SQS', () => {
  it('dead letters are listed until there are no more; the reason of one that SQS moved itself is named', async () => {
    const messages = await messagesOf('', found('a', 'b'), found('c'), nothing);
    const reason = 'received too often';
    expect(await messages.list()).toEqual(['a', 'b', 'c'].map((id) => ({ id, reason })));
  });

  it('dead letters are sent back unchanged before they are removed', async () => {
    const messages = await messagesOf('', found('a'), nothing, sent('a'), nothing);
    await messages.list();
    expect(await messages.redrive('a')).toBe(true);
    expect(verbs().slice(-2)).toEqual(['SendMessage', 'DeleteMessage']);
    expect(aws.bodies.at(-2)).toEqual({ QueueUrl: `${aws.endpoint}/1/notify`, MessageBody: 'a' });
    expect(aws.bodies.at(-1)).toMatchObject({ ReceiptHandle: 'receipt of a' });
    expect(await messages.redrive('a')).toBe(false);
  });

  it('dead letters are kept while the queue does not accept them', async () => {
    const messages = await messagesOf('', found('a'), nothing, jsonError('ServiceUnavailable', {}, 503));
    await messages.list();
    expect(await failureOf(messages.redrive('a'))).toBeInstanceOf(UnavailableError);
    expect(verbs()).not.toContain('DeleteMessage');
  });

  it('each dead letter goes back to a FIFO queue in a separate group', async () => {
    const messages = await messagesOf('.fifo', found('a'), nothing, sent('a'), nothing);
    await messages.list();
    await messages.redrive('a');
    expect(aws.bodies.at(-2)).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: 'a' });
  });

  it('dead letters that were not sent back are shown again; one for which that fails is shown later', async () => {
    const messages = await messagesOf(
      '',
      found('a', 'b', 'c'),
      nothing,
      sent('b'),
      nothing,
      jsonError('InternalError'),
    );
    await messages.list();
    await messages.redrive('b');
    await messages.release();
    const shown = aws.bodies.slice(-2);
    expect(shown.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(['receipt of a', 'receipt of c']);
    expect(shown.every(({ VisibilityTimeout }) => VisibilityTimeout === 0)).toBe(true);
  });
});
