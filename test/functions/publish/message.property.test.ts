import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toMessage } from '../../../functions/publish/message.ts';
import { decodeAlert } from '../../../functions/shared/log/decode.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { alertOf, hugeAlert } from '../../support/alerts.ts';
import { hostileTexts, readsOrRefuses } from '../../support/hostile.ts';

it('every record of the topic alerts becomes a message, or is refused', () => {
  fc.assert(
    fc.property(hostileTexts([alertOf(), alertOf({ endsAtMs: 5 }), hugeAlert()]), (text) => {
      readsOrRefuses(() => {
        const value = Buffer.from(text);
        const headers = { [header.schema]: 'alert/1' };
        const record = { topic: topics.alerts, partition: 0, offset: 0, timestampMs: 0, key: null, value, headers };
        const { subject, body } = toMessage(decodeAlert(record));
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(JSON.parse(body).id).not.toBe('');
      });
    }),
    { numRuns: 400 },
  );
});
