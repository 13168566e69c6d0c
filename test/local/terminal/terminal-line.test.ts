import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryMessages } from '../../../functions/notify/delivery-messages.ts';
import { sentenceOf, timedLine } from '../../../local/terminal/terminal-line.ts';

describe('a line of the terminal', () => {
  it('has its time in front, in UTC', () => {
    const clock = { nowMs: () => Date.parse('2026-11-23T20:31:07.999Z') };
    expect(timedLine('warning: x', clock)).toBe('20:31:07 warning: x');
  });

  it('is the message, the reason and the other details', () => {
    const details = { stage: 'persist', reason: 'UNAVAILABLE', message: 'OpenSearch does not answer', stack: 'at …' };
    expect(sentenceOf({ level: 'error', message: 'persist failed', details })).toBe(
      'error: persist failed: OpenSearch does not answer (stage persist, reason UNAVAILABLE)',
    );
  });

  it('is the message only if there are no details', () => {
    expect(sentenceOf({ level: 'warning', message: 'no lifecycle plugin there' })).toBe(
      'warning: no lifecycle plugin there',
    );
  });

  it('writes names of details as words, and an error by its message', () => {
    const details = { messageId: 'm-1', error: new Error('away') };
    expect(sentenceOf({ level: 'warning', message: 'late', details })).toBe('warning: late: away (message id m-1)');
  });

  it('is left out if the lines about receivers report it', () => {
    for (const message of Object.values(deliveryMessages)) {
      expect(sentenceOf({ level: 'warning', message, details: { receiver: 'pager' } })).toBeUndefined();
    }
  });

  it('is one line without control characters, whatever the details contain', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: 'binary' })), (details) => {
        const line = sentenceOf({ level: 'warning', message: 'x', details });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
