import { afterEach, describe, expect, it } from 'vitest';
import { clientConfig } from '../../../../../functions/shared/adapters/aws/client-config.ts';
import { s3Client, s3Objects } from '../../../../../functions/shared/adapters/s3/objects.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { failureOf, type Script, ScriptedAws, xmlError } from '../../../../support/scripted-aws.ts';

let aws: ScriptedAws;
afterEach(() => aws.stop());

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

async function objects(script: Script, attemptsMax = 1) {
  aws = await ScriptedAws.start(script);
  const options = { ...aws.options(attemptsMax), requestTimeoutMs: 50, forcePathStyle: true };
  return s3Objects({ client: s3Client(options), bucket: 'offbeat' });
}

describe('a client of AWS', () => {
  it('does not wait for ever for a server that says nothing', async () => {
    const error = await failureOf((await objects(() => 'silence')).get('a'));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('S3 (offbeat), get a: TimeoutError');
  });

  it('does not wait for ever for the rest of an answer', async () => {
    const error = await failureOf((await objects(() => 'stall')).get('a'));
    expect(error).toBeInstanceOf(UnavailableError);
  });

  it('tries as often as it is told', async () => {
    const store = await objects(xmlError(503, 'SlowDown'), 2);
    expect(await failureOf(store.get('a'))).toBeInstanceOf(UnavailableError);
    expect(aws.calls).toHaveLength(2);
  });

  it('asks AWS itself, in the region of its environment, unless it is told another', async () => {
    aws = await ScriptedAws.start();
    expect(clientConfig()).not.toHaveProperty('endpoint');
    expect(clientConfig()).not.toHaveProperty('region');
    expect(clientConfig(aws.options())).toMatchObject({ endpoint: aws.endpoint, region: 'eu-central-1' });
  });
});
