import { Webhook } from 'standardwebhooks';
import { UsageError } from '../shared/domain/errors.ts';

/** The size of a key that Standard Webhooks requires. */
const keyBytesMin = 24;
const keyBytesMax = 64;

/**
 * Returns the headers of Standard Webhooks for one request.
 * @param secrets `whsec_` and base64 of 24 to 64 bytes. During a rotation there are several, separated by white space, and the
 *   request carries a signature by each of them
 * @param id      the id of the delivery, the same on every attempt
 * @param nowMs   the time of this attempt; receivers refuse a request whose time is five minutes off
 * @throws {UsageError} if a secret has another form. The message does not contain the secret
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(secrets: string, id: string, nowMs: number, body: string): Record<string, string> {
  const signatures = secrets
    .trim()
    .split(/\s+/)
    .map((secret) => webhook(secret).sign(id, new Date(nowMs), body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

function webhook(secret: string): Webhook {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, 'base64').length;
  if (base64 === undefined || base64.length % 4 !== 0 || bytes < keyBytesMin || bytes > keyBytesMax) {
    throw new UsageError('a webhook secret must be whsec_ and base64 of 24 to 64 bytes: make a new one');
  }
  return new Webhook(secret);
}
