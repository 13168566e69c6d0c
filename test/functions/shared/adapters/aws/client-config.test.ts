import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../../../../../functions/shared/adapters/aws/client-config.ts';
import { s3Objects } from '../../../../../functions/shared/adapters/s3/objects.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, type Script, scriptedAws, xmlError } from '../../../../support/scripted-aws.ts';

const aws = scriptedAws();

async function objects(script: Script, attemptsMax = 1) {
  const config = await aws.answer([script], { attemptsMax, requestTimeoutMs: 50 });
  return s3Objects({ client: new S3Client({ ...config, forcePathStyle: true }), bucket: 'offbeat' });
}

describe('a client of AWS', () => {
  it('a client does not wait without end for a server that does not answer', async () => {
    const error = await failureOf((await objects(() => 'silence')).get('a'));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('S3 (offbeat), get a: TimeoutError');
  });

  it('a client does not wait without end for the rest of an answer', async () => {
    const error = await failureOf((await objects(() => 'stall')).get('a'));
    expect(error).toBeInstanceOf(UnavailableError);
  });

  it('a client tries as often as configured', async () => {
    const store = await objects(xmlError(503, 'SlowDown'), 2);
    expect(await failureOf(store.get('a'))).toBeInstanceOf(UnavailableError);
    expect(aws.calls).toHaveLength(2);
  });

  it('a client connects to AWS, in the region of its environment, unless it has another', () => {
    expect(clientConfig()).not.toHaveProperty('endpoint');
    expect(clientConfig()).not.toHaveProperty('region');
    const options = { endpoint: 'http://127.0.0.1:8000', region: 'eu-central-1' };
    expect(clientConfig(options)).toMatchObject(options);
  });
});
