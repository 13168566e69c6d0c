import { Webhook } from 'standardwebhooks';
import { UsageError } from '../shared/domain/errors.ts';

/** Of the key, as Standard Webhooks asks for. */
const keyBytesMin = 24;
const keyBytesMax = 64;

/**
 * The headers of Standard Webhooks.
 * @param secrets `whsec_` and base64 of 24 to 64 bytes; several, apart by white space, while a secret is rotated: the
 *   request then carries a signature by each
 * @param id      the same on every try
 * @param nowMs   of this try; receivers refuse what is five minutes off
 * @throws {UsageError} if a secret has another form, saying nothing of what it is
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
