import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadLetterBody, decodeMessage } from '../../../functions/notify/message.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { alerts } from '../../support/arbitraries.ts';

function refusalOf(body: string): RefusedRecordError {
  try {
    decodeMessage(body);
  } catch (error) {
    if (error instanceof RefusedRecordError) return error;
    throw error;
  }
  throw new Error('the message was read');
}

describe('a message', () => {
  it('a message is the alert in an envelope of SNS, for every receiver', () => {
    expect(decodeMessage(envelope(alertOf()))).toEqual({ alert: alertOf() });
  });

  it('a message contains any alert unchanged', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(decodeMessage(envelope(alert)).alert).toEqual(alert);
      }),
    );
  });

  it('a message may be redriven for one receiver', () => {
    const redrive = { receiver: 'pager', count: 2 };
    expect(decodeMessage(envelope(alertOf(), { redrive }))).toEqual({ alert: alertOf(), redrive });
  });

  it.each([
    ['no JSON', 'hello', 'not an SNS notification'],
    ['nothing', '', 'not an SNS notification'],
    ['another JSON', '[]', 'not an SNS notification'],
    ['an alert without its envelope', JSON.stringify(alertOf()), 'not an SNS notification'],
    ['another message of SNS', envelope(alertOf(), { Type: 'SubscriptionConfirmation' }), 'not an SNS notification'],
    ['a message that is no text', envelope(alertOf(), { Message: {} }), 'not an SNS notification'],
    [
      'a redrive without a receiver',
      envelope(alertOf(), { redrive: { receiver: '', count: 1 } }),
      'not an SNS notification',
    ],
    ['a redrive uncounted', envelope(alertOf(), { redrive: { receiver: 'pager' } }), 'not an SNS notification'],
    [
      'a redrive before the first',
      envelope(alertOf(), { redrive: { receiver: 'a', count: 0 } }),
      'not an SNS notification',
    ],
    ['an alert that is no JSON', envelope(alertOf(), { Message: 'hello' }), 'not an alert'],
    ['no alert', envelope(alertOf(), { Message: '{}' }), 'not an alert'],
    ['an alert of revision 0', envelope(alertOf({ revision: 0 })), 'not an alert'],
  ])('a message that is %s is refused', (_, body, reason) => {
    const refusal = refusalOf(body);
    expect(refusal.reason).toBe(reason);
    expect(refusal.message).toContain(reason);
  });

  it('the refusal of a message names the field', () => {
    expect(refusalOf(envelope(alertOf(), { Type: 'Other' })).message).toContain('Type');
    expect(refusalOf(envelope(alertOf({ revision: 0 }))).message).toContain('revision');
  });
});

describe('a dead letter', () => {
  it('a dead letter that is put back on the queue goes to its receiver alone, and is counted', () => {
    const first = deadLetterBody(envelope(alertOf()), 'pager', 0);
    expect(decodeMessage(first)).toEqual({ alert: alertOf(), redrive: { receiver: 'pager', count: 1 } });
    const second = deadLetterBody(first, 'pager', 1);
    expect(decodeMessage(second).redrive).toEqual({ receiver: 'pager', count: 2 });
  });

  it('a dead letter keeps all fields of its envelope', () => {
    const body = envelope(alertOf(), { MessageId: 'sns-1', Extra: { kept: true } });
    const { redrive, ...rest } = JSON.parse(deadLetterBody(body, 'pager', 0));
    expect(rest).toEqual(JSON.parse(body));
    expect(redrive).toEqual({ receiver: 'pager', count: 1 });
  });
});
