import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../../functions/shared/environment/variables.ts';
import { Receiver } from '../../support/sigkill/receiver.ts';
import { eventOf } from './effects.ts';
import { bodyOf, gaugesIn } from './read.ts';
import { LambdaStage } from './stage.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

/** Returns the event of API Gateway for a path. */
function getting(rawPath: string, queryStringParameters: Readonly<Record<string, string>> = {}): unknown {
  const event = eventOf('api.alerts') as APIGatewayProxyEventV2;
  const http = { ...event.requestContext.http, path: rawPath };
  const rawQueryString = new URLSearchParams(queryStringParameters).toString();
  return {
    ...event,
    rawPath,
    rawQueryString,
    queryStringParameters,
    requestContext: { ...event.requestContext, http },
  };
}

describe('the functions as Lambda runs them, without a warehouse, on DynamoDB, S3, SNS and SQS', () => {
  let stage: LambdaStage;
  let env: Environment;
  const receiver = new Receiver();
  beforeAll(async () => {
    const webhook = { url: await receiver.listen(), secret: 'env:HOOK', allowPrivate: true };
    stage = await LambdaStage.open({
      receivers: [
        { name: 'terminal', terminal: {} },
        { name: 'hook', webhook },
      ],
    });
    const none = { OFFBEAT_OPENSEARCH_URL: 'none', OFFBEAT_ATTEMPTS_QUEUE_URL: 'none', HOOK: receiver.secret };
    env = { ...(await stage.freshEnvironment()), ...none };
  }, openTimeoutMs);
  afterAll(async () => {
    receiver.close();
    await stage?.close();
  });

  const ask = async (path: string, query?: Readonly<Record<string, string>>) => {
    const { answer } = await stage.invoke('api', getting(path, query), env);
    return { status: (answer as { response: { statusCode: number } }).response.statusCode, body: bodyOf(answer) };
  };

  it('the API answers an alert, with its decisions, from the state of the alert function', async () => {
    expect(await ask('/api/alerts')).toEqual({ status: 200, body: { alerts: [] } });
    await stage.invoke('alert', eventOf('alert.ack'), env);
    const { body } = (await ask('/api/alerts')) as { body: { alerts: { id: string }[] } };
    expect(body.alerts).toHaveLength(1);
    const one = await ask(`/api/alerts/${body.alerts[0]!.id}`);
    expect(one).toMatchObject({ status: 200, body: { ...body.alerts[0], status: 'acknowledged' } });
    expect(one.body).toMatchObject({ trace: expect.arrayContaining([expect.objectContaining({ stage: 'command' })]) });
  });

  it('notify sends a signed page, drops its attempts, and the API knows that it was delivered', async () => {
    const { answer, log } = await stage.invoke('notify', eventOf('notify.alert'), env);
    expect(answer).toEqual({ response: { batchItemFailures: [] } });
    const bodies = [...receiver.take().values()].flat();
    expect(bodies).toHaveLength(1);
    expect(log).not.toContain('attempts_lost');
    const { body } = await ask('/api/deliveries', { state: 'delivered', alert: JSON.parse(bodies[0]!).data.id });
    expect(body).toMatchObject({ deliveries: [{ receiver: 'terminal' }, { receiver: 'hook', state: 'delivered' }] });
  });

  it('the API reads no samples, and reports that there is no warehouse', async () => {
    const answer = await ask('/api/samples');
    expect(answer).toMatchObject({
      status: 501,
      body: { detail: expect.stringMatching(/^no warehouse: \/api\/samples/) },
    });
    expect((await ask('/api/health')).body).toMatchObject({ status: 'ok', uses: { warehouse: 'none' } });
  });

  it('the self-check reports the ages of the ledger, and ships no canary', async () => {
    const { answer, sent, log } = await stage.invoke('self-check', eventOf('self-check.schedule'), env);
    expect([answer, sent]).toEqual([{ response: null }, []]);
    expect(gaugesIn(log)).toEqual(new Set(['stage_age_seconds', 'pending_age_seconds']));
  });

  it('persist does not start without a warehouse', async () => {
    await expect(stage.start('persist', env)).rejects.toThrow(
      'OFFBEAT_OPENSEARCH_URL: expected an http:// or https://',
    );
  });
});
