import { describe, expect, it } from 'vitest';
import { endingOf, reasonsOf } from '../../../functions/alert/ending.ts';
import { evaluate } from '../../../functions/alert/evaluate.ts';
import { clusterOf, endedAt, member, openAlert } from './members.ts';
import { alertsOf, at, context } from './signals.ts';

const closed = (because: string) => member({ over: { ...endedAt(at('00:30')), because } });

describe('the sentence about the end of an alert', () => {
  it.each([
    ['back to normal', 'Ended: back to normal.'],
    ['data again', 'Ended: data arrives again.'],
    ['new level learned', 'Ended: still at its new level, which is the usual one now.'],
  ])('says what is known when the one anomaly closed because of "%s"', (because, sentence) => {
    expect(endingOf([closed(because)])).toBe(sentence);
  });

  it.each([
    ['no data', 'closed when its entity fell silent'],
    ['no more samples', 'closed when its samples stopped'],
    ['series forgotten', 'closed when its series was forgotten'],
    ['ignored by settings', 'closed because the settings ignore it now'],
    ['replay ended', 'still open when the replay ended'],
    ['not repeated for an hour', 'closed because nothing was reported of it for an hour'],
    ['another\u202e reason', 'closed because: another\\u202e reason'],
  ])('says that nothing is known when the one anomaly closed because of "%s"', (because, text) => {
    expect(endingOf([closed(because)])).toBe(`Ended: ${text}; whether it recovered is not known.`);
  });

  it('counts the reasons, the most frequent one first', () => {
    const members = [closed('no data'), closed('back to normal'), closed('back to normal')];
    expect(endingOf(members)).toBe(
      'Ended: 2 of 3 back to normal, 1 of 3 closed when its entity fell silent; whether all recovered is not known.',
    );
    expect(reasonsOf(members)).toBe('back to normal (2), no data (1)');
  });

  it('says that an operator resolved what was open', () => {
    expect(endingOf([member()])).toBe('Ended: resolved by an operator while still open.');
  });

  it('is in the headline of the resolve, and of no other record', () => {
    const alert = openAlert([closed('no data')]);
    const records = alertsOf(evaluate(clusterOf(alert), alert, { atMs: at('01:30'), settings: context.settings }));
    expect(records.map(({ transition }) => transition)).toEqual(['opened', 'resolved']);
    expect(records.map(({ headline }) => headline.includes('recovered is not known'))).toEqual([false, true]);
  });
});
