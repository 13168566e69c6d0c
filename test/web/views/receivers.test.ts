import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { ReceiverHealth } from '../../../web/api/types.ts';
import { givenUpGroups } from '../../../web/views/receivers/given-up-groups.ts';
import {
  answerText,
  exampleReceiver,
  judgeReceivers,
  receiverGlyph,
  withStatus,
  worstFirst,
} from '../../../web/views/receivers/standing.ts';

const receiver = (more: Partial<ReceiverHealth> = {}): ReceiverHealth => ({
  name: 'pager',
  type: 'webhook',
  target: 'webhook on a.example',
  status: 'ok',
  waiting: 0,
  givenUp: 0,
  deliveredLastHour: 0,
  ...more,
});

const told = { nowMs: 0, zone: 'utc' } as const;

describe('a receiver', () => {
  it('to which nothing was sent is not called ok', () => {
    expect([receiverGlyph(receiver()), answerText(receiver())]).toEqual(['unknown', 'nothing sent yet']);
    const { glyph, say, sub } = judgeReceivers([receiver(), receiver({ name: 'chat', lastSuccessMs: 1 })], told);
    expect([glyph, say]).toEqual(['unknown', 'Nothing was sent to pager yet.']);
    expect(sub).toContain('Its address and secret are checked by the first message: send a test.');
  });

  it('that accepted its last message is ok', () => {
    const tried = receiver({ lastSuccessMs: 1 });
    expect([receiverGlyph(tried), answerText(tried)]).toEqual(['ok', 'accepted']);
    expect(judgeReceivers([tried, tried], told)).toMatchObject({
      glyph: 'ok',
      say: 'Both receivers took their last message.',
    });
  });

  it('is not known without a warehouse', () => {
    const unknown = receiver({ deliveredLastHour: null });
    expect([receiverGlyph(unknown), answerText(unknown)]).toEqual(['unknown', 'not known']);
    expect(judgeReceivers([unknown], told)).toMatchObject({
      glyph: 'unknown',
      say: 'Whether pager took its last message is not known.',
    });
  });

  it('has the status of HTTP behind the reason of its last answer', () => {
    const failing = receiver({ status: 'failing', reason: 'server error', answeredStatus: 503 });
    expect([receiverGlyph(failing), answerText(failing)]).toEqual(['down', 'server error 503']);
    expect(withStatus('status 404', 404)).toBe('status 404');
    expect(withStatus('time-out', undefined)).toBe('time-out');
  });
});

it('the example of a receiver can be pasted into the settings', () => {
  expect(settingsSchema.safeParse(parse(exampleReceiver)).success).toBe(true);
});

it('the sentence names the receiver that refuses messages, not another one that had some given up', () => {
  const receivers = worstFirst([
    receiver({ name: 'archive', givenUp: 2, lastSuccessMs: 1 }),
    receiver({ name: 'pager', status: 'refusing', reason: 'status 401', givenUp: 1 }),
  ]);
  expect(judgeReceivers(receivers, told)).toMatchObject({
    say: 'Webhook pager refuses messages; nothing waits.',
    inTrouble: 'pager',
  });
});

it('a redrive names the number of all that were given up, not that of those listed', () => {
  const given = { receiver: 'pager', alertId: 'a', revision: 1, state: 'given up' } as const;
  expect(givenUpGroups([given], [{ name: 'pager', givenUp: 120 }])).toEqual([
    { receiver: 'pager', rows: [given], all: 120 },
  ]);
});
