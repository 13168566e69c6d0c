import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { bodyBytesMax, webhookBody, webhookChannel } from '../../../../functions/notify/receivers/webhook.ts';
import { RequestFailedError } from '../../../../functions/shared/adapters/http/errors.ts';
import type { PostAnswer, PostRequest } from '../../../../functions/shared/adapters/http/post.ts';
import { alertSchema, transitions } from '../../../../functions/shared/domain/alert.ts';
import { UsageError } from '../../../../functions/shared/domain/errors.ts';
import { alertOf, hugeAlert } from '../../../support/alerts.ts';
import { alerts } from '../../../support/arbitraries.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const answerOf = (status: number, headers = {}): PostAnswer => ({ status, headers, body: '', bodyEnd: 'complete' });

/** A channel whose requests are kept. Its clock moves by a minute whenever it is read. */
function open(answer: () => Promise<PostAnswer> = async () => answerOf(200), secrets: () => string = () => secret) {
  const requests: PostRequest[] = [];
  const asked: string[] = [];
  // Receivers compare the time with their own clock.
  let timeMs = Date.now();
  const channel = webhookChannel(
    { url: 'https://pager.example/hook', secret: 'env:PAGER', allowPrivate: false, timeout: 7_000 },
    {
      send(request) {
        requests.push(request);
        return answer();
      },
      secrets: {
        async get(reference) {
          asked.push(reference);
          return secrets();
        },
      },
      clock: {
        nowMs() {
          timeMs += 60_000;
          return timeMs;
        },
        random: () => 0,
      },
    },
  );
  const { signal } = new AbortController();
  const send = (alert = alertOf()) => channel.send({ alert, id: 'delivery-1', signal });
  return { channel, send, requests, asked, signal };
}

describe('the body of a webhook', () => {
  it('the body contains what happened, when, and the alert', () => {
    expect(JSON.parse(webhookBody(alertOf()))).toEqual({
      type: 'alert.opened',
      timestamp: '2026-11-23T10:00:50.000Z',
      data: alertOf(),
    });
  });

  it.each(transitions)('the type of the body is alert.%s', (transition) => {
    expect(JSON.parse(webhookBody(alertOf({ transition }))).type).toBe(`alert.${transition}`);
  });

  it(`the body of a huge alert has at most ${bodyBytesMax} bytes, is still a valid alert, and names what is missing`, () => {
    const alert = hugeAlert();
    expect(Buffer.byteLength(JSON.stringify(alert))).toBeGreaterThan(2 * bodyBytesMax);
    const body = webhookBody(alert);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bodyBytesMax);
    const { data } = JSON.parse(body);
    expect(alertSchema.parse(data)).toEqual(data);
    expect(data.annotations.trimmed).toMatch(/decisions shown/);
    expect(data).toMatchObject({ id: alert.id, revision: alert.revision, headline: alert.headline });
  });

  it('the body of any alert has the same bytes every time', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(webhookBody(structuredClone(alert))).toBe(webhookBody(alert));
        expect(JSON.parse(webhookBody(alert)).data).toEqual(alert);
      }),
    );
  });
});

describe('a webhook', () => {
  it('a webhook is a signed POST of JSON within the time and to the addresses that the settings allow', async () => {
    const { channel, send, requests, asked, signal } = open();
    expect(channel.timeoutMs).toBe(7_000);
    expect(await send()).toEqual({ kind: 'delivered', status: 200 });
    expect(asked).toEqual(['env:PAGER']);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request).toMatchObject({
      url: 'https://pager.example/hook',
      body: webhookBody(alertOf()),
      timeoutMs: 7_000,
      allowPrivate: false,
      headers: { 'content-type': 'application/json', 'user-agent': 'Offbeat', 'webhook-id': 'delivery-1' },
    });
    expect(request?.signal).toBe(signal);
    expect(new Webhook(secret).verify(request!.body, request!.headers)).toMatchObject({ type: 'alert.opened' });
  });

  it('a webhook sends the same id and bytes on every attempt, with the time of that attempt', async () => {
    const { send, requests } = open(async () => answerOf(500));
    await send();
    await send();
    const [first, second] = requests;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']));
    expect(new Webhook(secret).verify(second!.body, second!.headers)).toMatchObject({ type: 'alert.opened' });
  });

  it('a webhook reads its secret for every attempt, so that a rotated one needs no restart', async () => {
    const next = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    const secrets = [secret, next];
    const { send, requests } = open(undefined, () => secrets.shift() ?? '');
    await send();
    await send();
    expect(new Webhook(next).verify(requests[1]!.body, requests[1]!.headers)).toMatchObject({ type: 'alert.opened' });
  });

  it('a webhook returns the outcome that the answer of its receiver stands for', async () => {
    expect(await open(async () => answerOf(410)).send()).toEqual({ kind: 'refused', reason: 'gone', status: 410 });
    const busy = open(async () => answerOf(429, { 'retry-after': '9' }));
    expect(await busy.send()).toEqual({ kind: 'failed', reason: 'throttled', retryAfterMs: 9_000, status: 429 });
  });

  it('a webhook returns no status that HTTP does not have, because the record of an attempt cannot contain it', async () => {
    expect(await open(async () => answerOf(0)).send()).toEqual({ kind: 'failed', reason: 'malformed answer' });
  });

  it('a webhook accepts a status as an answer, even if the body after it is lost', async () => {
    const lost = open(async () => ({ ...answerOf(200), bodyEnd: 'connection lost' }));
    expect(await lost.send()).toEqual({ kind: 'delivered', status: 200 });
  });

  it('a webhook throws without an answer, and sends nothing without a valid secret', async () => {
    const silent = open(() => Promise.reject(new RequestFailedError('time-out', 'https://pager.example: no answer')));
    await expect(silent.send()).rejects.toThrow(RequestFailedError);
    const unsigned = open(undefined, () => 'hunter2');
    await expect(unsigned.send()).rejects.toThrow(UsageError);
    expect(unsigned.requests).toEqual([]);
  });
});
