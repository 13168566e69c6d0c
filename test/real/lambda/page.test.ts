import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventOf } from './effects.ts';
import { LambdaStage } from './stage.ts';

/** Milliseconds enough to compile the runtime client, at its first use on a machine. */
const openTimeoutMs = 900_000;

const variables = {
  OFFBEAT_PAGE_ORIGINS: 'https://a1b2c3d4.execute-api.eu-north-1.amazonaws.com',
  OFFBEAT_SIGN_IN_URL: 'https://login.example.com',
  OFFBEAT_SIGN_IN_ISSUER: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_a',
  OFFBEAT_SIGN_IN_CLIENT_ID: 'client',
  OFFBEAT_SIGN_IN_SECONDS: '604800',
};

describe('the page as Lambda runs it: its bundle, with its files beside it, under the runtime client', () => {
  let stage: LambdaStage;
  beforeAll(async () => {
    stage = await LambdaStage.open({}, ['page']);
  }, openTimeoutMs);
  afterAll(() => stage?.close());

  const answerTo = async (event: string): Promise<unknown> =>
    (await stage.invoke('page', eventOf(event), { ...(await stage.freshEnvironment()), ...variables })).answer;

  it('answers a view with the page, packed', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' };
    expect(await answerTo('page.view')).toMatchObject({
      response: { statusCode: 200, isBase64Encoded: true, headers },
    });
  });

  it('sends who signs in to the user pool', async () => {
    const location = expect.stringMatching(/^https:\/\/login\.example\.com\/oauth2\/authorize\?/);
    expect(await answerTo('page.sign-in')).toMatchObject({ response: { statusCode: 303, headers: { location } } });
  });
});
