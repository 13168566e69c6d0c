import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deadLetterBody, decodeMessage } from '../../../functions/notify/message.ts';
import { terminalText } from '../../../functions/notify/receivers/terminal.ts';
import { webhookBody } from '../../../functions/notify/receivers/webhook.ts';
import { alertOf, envelope, hugeAlert } from '../../support/alerts.ts';
import { hostileTexts, readsOrRefuses } from '../../support/hostile.ts';

const envelopes = [envelope(alertOf()), envelope(alertOf(), { redrive: { receiver: 'pager', count: 1 } })];

/** An envelope with any fields, or a valid one with any value as its alert. */
const bodies = fc.oneof(
  hostileTexts(envelopes.map((text) => JSON.parse(text))),
  hostileTexts([alertOf(), alertOf({ notify: false, endsAtMs: 5 }), hugeAlert()]).map((Message) =>
    envelope(alertOf(), { Message }),
  ),
);

it('every message on the queue can be sent, shown and made a dead letter, or is refused', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      readsOrRefuses(() => {
        const { alert } = decodeMessage(body);
        expect(webhookBody(alert)).not.toBe('');
        expect(terminalText(alert, true)).not.toBe('');
        expect(decodeMessage(deadLetterBody(body, 'pager', 1)).redrive).toEqual({ receiver: 'pager', count: 2 });
      });
    }),
    { numRuns: 400 },
  );
});
