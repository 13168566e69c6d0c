import { describe, expect, it } from 'vitest';
import { nearest } from '../../../../functions/shared/domain/nearest.ts';

const words = ['groupWait', 'groupInterval', 'repeatInterval'];

describe('nearest', () => {
  it.each([
    ['groupwait', 'groupWait'],
    ['groupWiat', 'groupWait'],
    ['repeat_interval', 'repeatInterval'],
    ['grupInterval', 'groupInterval'],
  ])('finds for %s the word %s', (word, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it.each(['', 'x', 'escalate'])('finds nothing for "%s"', (word) => {
    expect(nearest(word, words)).toBeUndefined();
  });

  it('finds nothing among no words', () => {
    expect(nearest('groupWait', [])).toBeUndefined();
  });
});
