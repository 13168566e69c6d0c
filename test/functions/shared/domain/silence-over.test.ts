import { describe, expect, it } from 'vitest';
import { silenceOverMs } from '../../../../functions/shared/domain/silence-over.ts';

const silence = { startsAtMs: 1_000, endsAtMs: 9_000, updatedAtMs: 1_000 };

describe('the end of a silence', () => {
  it('is the one that was asked for', () => expect(silenceOverMs(silence)).toBe(9_000));

  it('is its last change if a person ended it early', () => {
    expect(silenceOverMs({ ...silence, updatedAtMs: 4_000, endedBy: 'ada' })).toBe(4_000);
  });

  it('is its start if a person ended it before', () => {
    expect(silenceOverMs({ ...silence, updatedAtMs: 400, endedBy: 'ada' })).toBe(1_000);
  });
});
