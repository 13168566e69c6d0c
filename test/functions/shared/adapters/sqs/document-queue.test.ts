import { hash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { sqsDocumentQueue } from '../../../../../functions/shared/adapters/sqs/document-queue.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, jsonAnswer, jsonError, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

const aws = scriptedAws();
const queueUrl = 'https://sqs.example.com/000000000000/documents';
const queueBy = async (script: readonly Script[]) =>
  sqsDocumentQueue(new SQSClient(await aws.answer(script)), queueUrl);

it('the queue of documents sends a message as it is', async () => {
  const body = '{"target":"msk://offbeat","documents":[{}]}';
  // The client compares it with what it sent.
  const MD5OfMessageBody = hash('md5', body);
  const queue = await queueBy([jsonAnswer({ MessageId: 'm-1', MD5OfMessageBody })]);
  await queue.send(body);
  expect(aws.bodies).toEqual([{ QueueUrl: queueUrl, MessageBody: body }]);
});

it.each<[string, Script]>([
  ['limits the calls', jsonError('ThrottlingException')],
  ['is silent for a while', () => 'hang up'],
])('the queue of documents may be asked again if it %s', async (_, script) => {
  const queue = await queueBy([script]);
  expect(await failureOf(queue.send('{}'))).toBeInstanceOf(UnavailableError);
});

it('a queue of documents that does not exist is an error that a person reads', async () => {
  const queue = await queueBy([jsonError('QueueDoesNotExist')]);
  const error = await failureOf(queue.send('{}'));
  expect(error).not.toBeInstanceOf(UnavailableError);
  expect(error.message).toContain('SQS, hand documents over');
});
