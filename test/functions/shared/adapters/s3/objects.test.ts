import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Objects } from '../../../../../functions/shared/adapters/s3/objects.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, type Script, scriptedAws, xmlError } from '../../../../support/scripted-aws.ts';

// What every object store promises is tested on a real server in test/real/aws-contract.test.ts.

const aws = scriptedAws();

async function objectsOf(attemptsMax: number, ...script: readonly Script[]) {
  const client = new S3Client({ ...(await aws.answer(script, { attemptsMax })), forcePathStyle: true });
  return s3Objects({ client, bucket: 'offbeat' });
}

const holding =
  (body: string): Script =>
  () => ({ status: 200, body });
const taken = xmlError(412, 'PreconditionFailed');

describe('a put on S3', () => {
  it('a put is one request that overwrites nothing', async () => {
    const objects = await objectsOf(1, holding(''));
    await objects.put('detect/1', Buffer.from('state'));
    expect(aws.calls).toEqual([expect.objectContaining({ method: 'PUT', body: 'state' })]);
    expect(aws.calls[0]!.path).toMatch(/^\/offbeat\/detect\/1\b/);
    expect(aws.calls[0]!.headers['if-none-match']).toBe('*');
  });

  it('a put whose answer was lost finds its own bytes and succeeds', async () => {
    const objects = await objectsOf(2, () => 'hang up', taken, holding('state'));
    await objects.put('detect/1', Buffer.from('state'));
    expect(aws.calls.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'GET']);
  });

  it('a put to a name with a part of its bytes fails, and the error names it', async () => {
    const error = await failureOf((await objectsOf(1, taken, holding('sta'))).put('detect/1', Buffer.from('state')));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('the object detect/1 exists, with other bytes');
  });

  it.each<[string, readonly Script[]]>([
    ['another put of the name is under way', [xmlError(409, 'ConditionalRequestConflict')]],
    ['the name was taken, and is gone by now', [taken, xmlError(404, 'NoSuchKey')]],
    ['what took the name cannot be read yet', [taken, xmlError(503, 'SlowDown')]],
    ['S3 is busy', [xmlError(503, 'SlowDown')]],
    ['S3 fails', [xmlError(500, 'InternalError')]],
    ['the answer is lost', [() => 'hang up']],
  ])('a put may be tried again when %s', async (_case, script) => {
    const error = await failureOf((await objectsOf(1, ...script)).put('detect/1', Buffer.from('state')));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('detect/1');
  });

  it.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [400, 'EntityTooLarge'],
  ])('a put that S3 answers with %d %s is refused, and the error names the object', async (status, code) => {
    const objects = await objectsOf(3, xmlError(status, code));
    const error = await failureOf(objects.put('detect/1', Buffer.from('state')));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.name).toBe(code);
    expect(error.message).toContain('S3 (offbeat), put detect/1: ');
    expect(aws.calls).toHaveLength(1);
  });
});

describe('a get on S3', () => {
  it.each<[string, Script]>([
    ['breaks off half-way', () => 'half'],
    ['never comes', () => 'hang up'],
    ['is that S3 is busy', xmlError(503, 'SlowDown')],
  ])('a get whose answer %s may be tried again', async (_case, script) => {
    const error = await failureOf((await objectsOf(1, script)).get('detect/1'));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('S3 (offbeat), get detect/1');
  });

  it.each([
    [404, 'NoSuchBucket'],
    [403, 'AccessDenied'],
  ])('a get that S3 answers with %d %s fails, and does not return a missing object', async (status, code) => {
    expect((await failureOf((await objectsOf(1, xmlError(status, code))).get('detect/1'))).name).toBe(code);
  });
});

describe('a list on S3', () => {
  const page = (key: string, next?: string): Script =>
    holding(
      `<ListBucketResult><Contents><Key>${key}</Key></Contents><IsTruncated>${next !== undefined}</IsTruncated>` +
        `${next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`,
    );

  it('a list contains all pages', async () => {
    const objects = await objectsOf(1, page('a/1', 'go on'), page('a/2'));
    expect(await objects.list('a/')).toEqual(['a/1', 'a/2']);
    expect(aws.calls[1]!.path).toContain('continuation-token=go%20on');
  });

  it('a list that fails on a later page fails', async () => {
    const objects = await objectsOf(1, page('a/1', 'go on'), xmlError(503, 'SlowDown'));
    expect(await failureOf(objects.list('a/'))).toBeInstanceOf(UnavailableError);
  });
});

describe('a deletion on S3', () => {
  const names = (count: number) => Array.from({ length: count }, (_, nth) => `detect/${nth}`);
  const keysIn = (body: string): number => body.split('<Key>').length - 1;
  const failed = (...codes: readonly string[]): Script =>
    holding(
      `<DeleteResult>${codes.map((code) => `<Error><Key>detect/7</Key><Code>${code}</Code></Error>`).join('')}</DeleteResult>`,
    );

  it('a deletion of 2,500 names is three requests', async () => {
    const objects = await objectsOf(1, failed());
    await objects.delete(names(2_500));
    expect(aws.calls.map(({ body }) => keysIn(body))).toEqual([1_000, 1_000, 500]);
  });

  it('a deletion that failed for one name names it after the rest is done', async () => {
    const objects = await objectsOf(1, failed('AccessDenied'), failed());
    const error = await failureOf(objects.delete(names(1_001)));
    expect(error).not.toBeInstanceOf(UnavailableError);
    expect(error.message).toBe('S3 (offbeat), delete: 1 of 1001 failed, detect/7: AccessDenied');
    expect(aws.calls).toHaveLength(2);
  });

  it('a deletion may be tried again if all its failures are temporary', async () => {
    const passing = await objectsOf(1, failed('InternalError', 'SlowDown'));
    expect(await failureOf(passing.delete(names(3)))).toBeInstanceOf(UnavailableError);
    const mixed = await objectsOf(1, failed('InternalError', 'AccessDenied'));
    expect(await failureOf(mixed.delete(names(3)))).not.toBeInstanceOf(UnavailableError);
  });

  it('a deletion of no names makes no request', async () => {
    await (await objectsOf(1, failed())).delete([]);
    expect(aws.calls).toEqual([]);
  });
});
