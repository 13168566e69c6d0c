import * as z from 'zod';
import { durationSchema } from '../duration-schema.ts';
import { referenceText, secretReferenceSchema } from '../secret-reference.ts';
import { withoutPaths } from '../withheld.ts';
import { defineReceiver } from './receiver-kind.ts';

/** The longest time-out of a request. A send begins only if its time-out fits into the rest of the function's 60 s. */
const timeoutMsMax = 30_000;
const timeoutSchema = durationSchema.refine((ms) => ms >= 1_000 && ms <= timeoutMsMax, {
  error: 'expected a time-out from 1s to 30s',
});

/** A receiver that accepts signed POST requests (Standard Webhooks). */
export const webhook = defineReceiver({
  schema: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'expected an https:// or http:// address' }),
    secret: secretReferenceSchema.describe('Standard Webhooks secret (whsec_…), by reference.'),
    /** States whether loopback, private and plain http targets are allowed. */
    allowPrivate: z.boolean().default(false),
    timeout: timeoutSchema.prefault('15s'),
  }),
  privateOptions: ['url', 'secret'],
  facts: ({ url, secret, allowPrivate, timeout }) => ({
    secrets: [secret],
    targets: [{ url, allowPrivate }],
    pagesPeople: true,
    // The host alone: the rest of the address is often a secret.
    description: `webhook at ${new URL(url).host}`,
    printable: { url: withoutPaths(url), secret: referenceText(secret), allowPrivate, timeout },
  }),
});
