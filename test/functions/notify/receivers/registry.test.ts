import { describe, expect, it } from 'vitest';
import { openChannel } from '../../../../functions/notify/receivers/registry.ts';
import { type ReceiverKind, receiverSchema } from '../../../../functions/shared/domain/receivers/registry.ts';
import { ManualClock } from '../../../local/memory-broker.ts';
import { alertOf } from '../../../support/alerts.ts';

/** A receiver of each kind, as the settings contain it. A kind without an example is a type error. */
const examples: Readonly<Record<ReceiverKind, object>> = {
  webhook: { url: 'https://pager.example/hook', secret: 'env:PAGER' },
  terminal: {},
};

/** Sends an alert by the channel of an example, and returns the outcome with all that the channel sent or printed. */
async function deliver(kind: string, options: object) {
  const sent: string[] = [];
  const channel = openChannel(receiverSchema.parse({ name: 'team', [kind]: options }), {
    secrets: { get: async () => `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    clock: new ManualClock(),
    terminal: (text) => sent.push(text),
    send: async ({ body }) => {
      sent.push(body);
      return { status: 200, headers: {}, body: '', bodyEnd: 'complete' };
    },
  });
  const { signal } = new AbortController();
  return { outcome: await channel.send({ alert: alertOf(), id: 'delivery-1', signal }), sent };
}

describe('the channels of receivers', () => {
  it.each(Object.entries(examples))(
    'a receiver of kind %s gets an alert through its channel',
    async (kind, options) => {
      const { outcome, sent } = await deliver(kind, options);
      expect(outcome.kind).toBe('delivered');
      expect(sent).toEqual([expect.stringContaining(alertOf().title)]);
    },
  );
});
