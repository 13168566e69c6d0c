import { describe, expect, it } from 'vitest';
import { awsError } from '../../../../../functions/shared/adapters/aws/errors.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';

const failure = (name: string, more: object = {}): Error =>
  Object.assign(new Error('as scripted'), { name, $fault: 'client', $metadata: { httpStatusCode: 400 }, ...more });

describe('an error of AWS', () => {
  it.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'TransactionConflictException',
    'KMSThrottlingException',
    'SlowDown',
    'TimeoutError',
    'AbortError',
  ])('the error %s is temporary, and stays as the cause', (name) => {
    const original = failure(name);
    const error = awsError('DynamoDB, read detect offbeat.samples/0', original);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe(`DynamoDB, read detect offbeat.samples/0: ${name}: as scripted`);
    expect(error.cause).toBe(original);
  });

  it.each([
    ['is the server’s', failure('SomethingNew', { $fault: 'server', $metadata: {} })],
    ['has a status from 500 on', failure('SomethingNew', { $metadata: { httpStatusCode: 503 } })],
    ['has the status 429', failure('SomethingNew', { $metadata: { httpStatusCode: 429 } })],
    ['its service marks as such', failure('SomethingNew', { $retryable: {} })],
    ['is of a yes that cannot be read', failure('SyntaxError', { $metadata: { httpStatusCode: 200 } })],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].map(
      (code): [string, Error] => [`is of a connection: ${code}`, Object.assign(new Error('as scripted'), { code })],
    ),
  ])('an error that %s is temporary', (_case, original) => {
    expect(awsError('SQS, receive', original)).toBeInstanceOf(UnavailableError);
  });

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'UnrecognizedClientException',
    'KMSDisabledException',
    'NoSuchBucket',
    'CredentialsProviderError',
  ])('the error %s is thrown unchanged, with the call in its message', (name) => {
    const original = failure(name);
    expect(awsError('S3 (offbeat), put a', original)).toBe(original);
    expect(original.name).toBe(name);
    expect(original.message).toBe(`S3 (offbeat), put a: ${name}: as scripted`);
  });

  it('an error without a message is named by its code', () => {
    const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(awsError('SQS, receive', refused).message).toBe('SQS, receive: ECONNREFUSED');
  });

  it('a thrown value that is not an error becomes one', () => {
    expect(awsError('SQS, receive', 'oops').message).toBe('SQS, receive: oops');
  });
});
