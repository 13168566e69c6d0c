import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../../functions/notify/sign.ts';
import { UsageError } from '../../../functions/shared/domain/errors.ts';

const secretOf = (bytes: number, fill = 7): string => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;
const body = '{"type":"alert.opened"}';

/** The current time: receivers compare the time of a request with their own clock. */
const nowMs = (): number => Date.now();

function refusalOf(secrets: string): Error {
  try {
    signatureHeaders(secrets, 'id', 0, body);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('the secret was taken');
}

describe('a signature', () => {
  // The example of https://docs.svix.com/receiving/verifying-payloads/how-manual, computed once more with
  // printf '%s' "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:"$key" -binary | base64
  it('a signature is HMAC-SHA256 over id, time and body', () => {
    const headers = signatureHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('a signature is accepted by a receiver that uses the library of Standard Webhooks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 64 }), fc.string({ minLength: 1 }), fc.json(), (bytes, id, payload) => {
        fc.pre(id.trim() !== '');
        const secret = `whsec_${randomBytes(bytes).toString('base64')}`;
        const headers = signatureHeaders(secret, id, nowMs(), payload);
        expect(new Webhook(secret).verify(payload, headers)).toEqual(JSON.parse(payload));
      }),
    );
  });

  it('a signature is refused for another secret, another body, another id and another time', () => {
    const headers = signatureHeaders(secretOf(32), 'id', nowMs(), body);
    const webhook = new Webhook(secretOf(32));
    expect(() => new Webhook(secretOf(32, 8)).verify(body, headers)).toThrow();
    expect(() => webhook.verify(`${body} `, headers)).toThrow();
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'other' })).toThrow();
    expect(() =>
      webhook.verify(body, { ...headers, 'webhook-timestamp': `${Math.floor(nowMs() / 1_000) - 7}` }),
    ).toThrow();
  });

  it('a signature has the second of its attempt, rounded down', () => {
    expect(signatureHeaders(secretOf(24), 'id', 1_999, body)['webhook-timestamp']).toBe('1');
  });

  it('a signature by both secrets during a rotation is accepted by receivers that know either', () => {
    const [old, next] = [secretOf(24, 1), secretOf(64, 2)];
    for (const secrets of [`${old} ${next}`, `${next}\n${old}\n`]) {
      const headers = signatureHeaders(secrets, 'id', nowMs(), body);
      expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
      expect(new Webhook(old).verify(body, headers)).toEqual(JSON.parse(body));
      expect(new Webhook(next).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(secretOf(24, 3)).verify(body, headers)).toThrow();
    }
  });
});

describe('a secret', () => {
  it('a secret has 24 to 64 bytes', () => {
    expect(() => signatureHeaders(secretOf(24), 'id', 0, body)).not.toThrow();
    expect(() => signatureHeaders(secretOf(64), 'id', 0, body)).not.toThrow();
    expect(refusalOf(secretOf(23)).message).toContain('24 to 64 bytes');
    expect(refusalOf(secretOf(65)).message).toContain('24 to 64 bytes');
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['no prefix', secretOf(32).slice('whsec_'.length)],
    ['another prefix', secretOf(32).replace('whsec_', 'sk_')],
    ['base64url', secretOf(32, 0xff).replaceAll('/', '_')],
    ['a length that base64 has not', `${secretOf(30)}AB`],
    ['a good one beside a bad one', `${secretOf(32)} hunter2`],
  ])('a secret that is %s is refused by a message that does not contain it', (_, secrets) => {
    const refusal = refusalOf(secrets);
    const words = secrets.split(/\s+/).filter((word) => word !== '');
    const received = [refusal.message, String(refusal.cause), refusal.stack ?? ''].join('\n');
    for (const word of words) expect(received).not.toContain(word.replace(/^whsec_/, ''));
    expect(refusal.message).toContain('make a new one');
  });
});
