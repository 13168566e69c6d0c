import { describe, expect, it } from 'vitest';
import { nearest } from '../../../../functions/shared/domain/nearest.ts';

const words = ['groupWait', 'groupInterval', 'repeatInterval'];

describe('nearest', () => {
  it.each([
    ['groupwait', 'groupWait'],
    ['groupWiat', 'groupWait'],
    ['repeat_interval', 'repeatInterval'],
    ['grupInterval', 'groupInterval'],
  ])('the nearest word to %s is %s', (word, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it.each(['', 'x', 'escalate'])('no word is near "%s"', (word) => {
    expect(nearest(word, words)).toBeUndefined();
  });

  it('an empty list has no nearest word', () => {
    expect(nearest('groupWait', [])).toBeUndefined();
  });
});
