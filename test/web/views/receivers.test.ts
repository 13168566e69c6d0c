import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { ReceiverHealth } from '../../../web/api/types.ts';
import {
  answerText,
  calmReceivers,
  exampleReceiver,
  receiverGlyph,
  withStatus,
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

describe('a receiver', () => {
  it('to which nothing was sent is not called ok', () => {
    expect([receiverGlyph(receiver()), answerText(receiver())]).toEqual(['unknown', 'nothing sent yet']);
    const { glyph, say, sub } = calmReceivers([receiver(), receiver({ name: 'chat', lastSuccessMs: 1 })]);
    expect([glyph, say]).toEqual(['unknown', 'Nothing was sent to pager yet.']);
    expect(sub).toContain('Its address and secret are checked by the first message: send a test.');
  });

  it('that accepted its last message is ok', () => {
    const tried = receiver({ lastSuccessMs: 1 });
    expect([receiverGlyph(tried), answerText(tried)]).toEqual(['ok', 'accepted']);
    expect(calmReceivers([tried, tried])).toMatchObject({
      glyph: 'ok',
      say: 'Both receivers took their last message.',
    });
  });

  it('is not known without a warehouse', () => {
    expect(answerText(receiver({ deliveredLastHour: null }))).toBe('not known');
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
